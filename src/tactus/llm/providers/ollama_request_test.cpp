#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/ollama_request.hpp>

namespace tactus::llm {
namespace {

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

Message message(Role role, std::string content) {
  Message message;
  message.role = role;
  message.content = std::move(content);
  return message;
}

ModelRequest simple() {
  ModelRequest request;
  request.model = "qwen3:4b";
  request.messages.push_back(message(Role::kUser, "Hi"));
  return request;
}

Json body(const ModelRequest& request) { return Json(ollama_request_body(request)); }

TEST(OllamaRequest, NeedsNoKeyAndGoesToItsOwnPath) {
  EndpointOptions options;
  options.name = "ollama";
  options.needs_key = false;
  const auto http = make_ollama_provider(options)->build(simple());
  ASSERT_TRUE(http);
  EXPECT_EQ(http->url, "http://127.0.0.1:11434/api/chat");
  EXPECT_EQ(net::find_header(http->headers, "accept"), "application/x-ndjson");
  EXPECT_FALSE(net::find_header(http->headers, "authorization"));
  EXPECT_EQ(json(http->body), json(R"({"model":"qwen3:4b","stream":true,
      "messages":[{"role":"user","content":"Hi"}]})"));
  options.base_url = "https://ollama.com";
  options.api_key = "k";
  const auto cloud = make_ollama_provider(options)->build(simple());
  ASSERT_TRUE(cloud);
  EXPECT_EQ(cloud->url, "https://ollama.com/api/chat");
  EXPECT_EQ(net::find_header(cloud->headers, "authorization"), "Bearer k");
}

TEST(OllamaRequest, TheHostIsReadAsOllamaReadsIt) {
  EXPECT_EQ(ollama_base_url(""), "http://127.0.0.1:11434");
  EXPECT_EQ(ollama_base_url(" box "), "http://box:11434");
  EXPECT_EQ(ollama_base_url("box:80/prefix"), "http://box:80/prefix");
  EXPECT_EQ(ollama_base_url(":9000"), "http://127.0.0.1:9000");
  EXPECT_EQ(ollama_base_url("0.0.0.0"), "http://127.0.0.1:11434");
  EXPECT_EQ(ollama_base_url("[::]:5"), "http://[::1]:5");
  EXPECT_EQ(ollama_base_url("[fe80::1]"), "http://[fe80::1]:11434");
  EXPECT_EQ(ollama_base_url("https://box"), "https://box");
}

TEST(OllamaRequest, CallsThoughtsAndResultsAreWritten) {
  ModelRequest request = simple();
  Message answer = message(Role::kAssistant, "");
  answer.tool_calls = {{"c1", "f", R"({"a":1})"}, {"c2", "g", "{\"cut"}};
  answer.provider_parts = {{std::string(kOllamaDialect), json(R"({"thinking":"Hm."})"), 0, 2},
                           {"gemini", Json("not ours"), 0, 0}};
  Message result = message(Role::kTool, "7");
  result.tool_call_id = "c1";
  request.messages.push_back(answer);
  request.messages.push_back(result);
  EXPECT_EQ(body(request).at("messages"), json(R"([{"role":"user","content":"Hi"},
      {"role":"assistant","content":"","thinking":"Hm.","tool_calls":[
        {"type":"function","function":{"name":"f","arguments":{"a":1}}},
        {"type":"function","function":{"name":"g","arguments":{}}}]},
      {"role":"tool","content":"7","tool_name":"f"}])"));
}

TEST(OllamaRequest, ToolsSettingsAndExtrasAreWritten) {
  ModelRequest request = simple();
  request.tools = {{"f", "does f", json(R"({"type":"object","properties":{"a":{}}})").get_object()},
                   {"g", "", {}}};
  request.tool_choice = "auto";
  Settings& settings = request.settings;
  settings.temperature = 0.5;
  settings.top_p = 0.9;
  settings.presence_penalty = 0.1;
  settings.frequency_penalty = 0.2;
  settings.max_tokens = 50;
  settings.seed = 7;
  settings.stop = {"END"};
  settings.extra_body = json(R"({"options":{"num_ctx":8192},"keep_alive":"5m"})").get_object();
  EXPECT_EQ(body(request), json(R"({"model":"qwen3:4b","stream":true,
      "messages":[{"role":"user","content":"Hi"}],
      "tools":[{"type":"function","function":{"name":"f","description":"does f",
                "parameters":{"type":"object","properties":{"a":{}}}}},
               {"type":"function","function":{"name":"g",
                "parameters":{"type":"object","properties":{}}}}],
      "options":{"temperature":0.5,"top_p":0.9,"presence_penalty":0.1,"frequency_penalty":0.2,
        "num_predict":50,"seed":7,"stop":["END"],"num_ctx":8192},"keep_alive":"5m"})"));
  EXPECT_TRUE(ollama_dropped_settings(request).empty());
}

TEST(OllamaRequest, WhatItCannotChooseIsSaidOrNotOffered) {
  ModelRequest request = simple();
  request.tools = {{"g", "", {}}};
  request.tool_choice = "none";
  EXPECT_FALSE(body(request).get_object().contains("tools"));
  EXPECT_TRUE(ollama_dropped_settings(request).empty());
  request.tool_choice = "required";
  request.settings.parallel_tool_calls = true;
  EXPECT_EQ(ollama_dropped_settings(request),
            (std::vector<std::string>{"parallel_tool_calls", "tool_choice"}));
}

TEST(OllamaRequest, ASchemaIsTheFormatUnlessThereAreTools) {
  ModelRequest request = simple();
  request.output_schema = json(R"({"type":"object"})").get_object();
  EXPECT_EQ(body(request).at("format"), json(R"({"type":"object"})"));
  request.tools = {{"g", "", {}}};
  Json asked = body(request);
  EXPECT_FALSE(asked.get_object().contains("format"));
  request.output_mode = OutputMode::kNative;
  EXPECT_TRUE(body(request).get_object().contains("format"));
  request.output_mode = OutputMode::kAuto;
  EXPECT_EQ(asked.at("messages").at(0).at("role"), Json("system"));
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  asked = body(request);
  EXPECT_TRUE(string_member(asked.at("messages").at(0), "content").starts_with("Be brief.\n\n"));
  EXPECT_EQ(asked.at("messages").get_array().size(), 2u);
}

TEST(OllamaRequest, ThinkingIsAskedForInTheModelsOwnTerms) {
  const auto think = [](const char* model, const char* effort) {
    ModelRequest request = simple();
    request.model = model;
    request.settings.reasoning_effort = effort;
    const Json all = body(request);
    const Json* found = find_member(all, "think");
    return found ? dump_json(*found) : "";
  };
  EXPECT_EQ(think("qwen3", ""), "");
  EXPECT_EQ(think("qwen3", "none"), "false");
  EXPECT_EQ(think("qwen3", "low"), "true");
  EXPECT_EQ(think("gpt-oss:20b", "none"), R"("low")");
  EXPECT_EQ(think("gpt-oss:20b", "medium"), R"("medium")");
  EXPECT_EQ(think("gpt-oss:20b", "max"), R"("high")");
}

}  // namespace
}  // namespace tactus::llm
