#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/output_mode.hpp>

namespace tactus::llm {
namespace {

using testing::ElementsAre;

ModelRequest request_with(OutputMode mode) {
  ModelRequest request;
  request.output_schema = parse_json(R"({"type":"object"})")->get_object();
  request.output_mode = mode;
  return request;
}

ToolSpec tool(std::string name) {
  ToolSpec spec;
  spec.name = std::move(name);
  return spec;
}

std::vector<std::string> names(const std::vector<ToolSpec>& tools) {
  std::vector<std::string> all;
  for (const ToolSpec& spec : tools) all.push_back(spec.name);
  return all;
}

std::string shown(const ModelEvent& event) {
  if (const auto* text = std::get_if<TextDelta>(&event)) return "text " + text->text;
  if (const auto* start = std::get_if<ToolCallStart>(&event))
    return fmt::format("call {} {}", start->index, start->name);
  if (const auto* piece = std::get_if<ToolCallArguments>(&event))
    return fmt::format("arguments {} {}", piece->index, piece->text);
  if (const auto* finish = std::get_if<Finish>(&event))
    return "finish " + std::string(finish_reason_name(finish->reason));
  return "other";
}

std::vector<std::string> read(std::vector<ModelEvent> events) {
  OutputToolReader reader("final_output");
  reader.read(events);
  std::vector<std::string> all;
  for (const ModelEvent& event : events) all.push_back(shown(event));
  return all;
}

TEST(OutputMode, TheProvidersOwnWaysLeaveTheRequestAlone) {
  EXPECT_FALSE(pin_output(request_with(OutputMode::kAuto)));
  EXPECT_FALSE(pin_output(request_with(OutputMode::kNative)));
  ModelRequest plain;
  plain.output_mode = OutputMode::kTool;
  EXPECT_FALSE(pin_output(plain));
}

TEST(OutputMode, TheOutputToolIsForcedWithoutTakingOtherToolsAway) {
  ModelRequest request = request_with(OutputMode::kTool);
  auto pinned = pin_output(request);
  ASSERT_TRUE(pinned);
  EXPECT_FALSE(pinned->request.output_schema);
  EXPECT_EQ(pinned->request.tool_choice, "final_output");
  EXPECT_EQ(pinned->request.tools.front().parameters, *request.output_schema);

  request.tools = {tool("final_output"), tool("look")};
  request.tool_choice = "auto";
  pinned = pin_output(request);
  EXPECT_EQ(pinned->output_tool, "final_output_");
  EXPECT_EQ(pinned->request.tool_choice, "required");
  EXPECT_THAT(names(pinned->request.tools), ElementsAre("final_output", "look", "final_output_"));

  request.tool_choice = "look";
  EXPECT_EQ(pin_output(request)->request.tool_choice, "look");
  request.tool_choice = "none";
  pinned = pin_output(request);
  EXPECT_THAT(names(pinned->request.tools), ElementsAre(pinned->output_tool));
  EXPECT_EQ(pinned->request.tool_choice, pinned->output_tool);
}

TEST(OutputMode, WordsGoIntoTheOneSystemMessageAndAreFoundAgain) {
  ModelRequest request = request_with(OutputMode::kPrompt);
  request.messages.resize(1);
  EXPECT_EQ(pin_output(request)->request.messages.size(), 2);
  request.messages.front().role = Role::kSystem;
  request.messages.front().content = "Be brief.";
  const auto pinned = pin_output(request);
  ASSERT_EQ(pinned->request.messages.size(), 1);
  const std::string& said = pinned->request.messages.front().content;
  EXPECT_TRUE(said.starts_with("Be brief.\n\nWhen you")) << said;
  EXPECT_EQ(schema_of_instruction(said), request.output_schema);
  EXPECT_FALSE(schema_of_instruction("Be brief."));
}

TEST(OutputToolReader, TheAnswersArgumentsAreTextAndOtherCallsAreCountedWithoutIt) {
  EXPECT_THAT(
      read({ToolCallStart{0, "c1", "final_output"}, ToolCallArguments{0, "{\"a\""},
            ToolCallStart{1, "c2", "look"}, ToolCallArguments{0, ":1}"}, ToolCallArguments{1, "{}"},
            ToolCallStart{2, "c3", "look"}, Finish{FinishReason::kToolCalls, "tool_calls"}}),
      ElementsAre("text {\"a\"", "call 0 look", "text :1}", "arguments 0 {}", "call 1 look",
                  "finish tool_calls"));
}

TEST(OutputToolReader, AnAnswerAloneEndsTheTurnAndASecondOneIsDropped) {
  EXPECT_THAT(read({ToolCallStart{0, "", "final_output"}, ToolCallArguments{0, "1"},
                    ToolCallStart{1, "", "final_output"}, ToolCallArguments{1, "2"},
                    ProviderPart{"gemini", Json(JsonObject{{"signature", "s"}})},
                    Finish{FinishReason::kToolCalls, ""}}),
              ElementsAre("text 1", "finish stop"));
  EXPECT_THAT(read({TextDelta{"{}"}, Finish{FinishReason::kStop, ""}}),
              ElementsAre("text {}", "finish stop"));
}

}  // namespace
}  // namespace tactus::llm
