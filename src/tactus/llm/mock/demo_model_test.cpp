#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>
#include <tactus/llm/mock/demo_language.hpp>
#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/schema/schema.hpp>

namespace tactus::llm::mock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Json message(std::string_view role, std::string_view content) {
  return JsonObject{{"role", role}, {"content", content}};
}

Json request(std::initializer_list<Json> messages) {
  JsonArray list;
  for (const Json& one : messages) list.push_back(one);
  return JsonObject{{"model", "demo"}, {"messages", std::move(list)}};
}

Json asking(std::string_view prompt) { return request({message("user", prompt)}); }

Json tool(std::string_view name, std::string_view parameters) {
  return JsonObject{
      {"type", "function"},
      {"function",
       JsonObject{{"name", name}, {"description", ""}, {"parameters", *parse_json(parameters)}}}};
}

Json with_tools(Json body, std::initializer_list<Json> tools) {
  JsonArray list;
  for (const Json& one : tools) list.push_back(one);
  body.as_object()["tools"] = std::move(list);
  return body;
}

Json done_tool() {
  return tool(
      "done",
      R"({"type":"object","properties":{"reason":{"type":"string"},"success":{"type":"boolean"}}})");
}

Json area_tool() {
  return tool("area", R"({"type":"object","properties":{"w":{"type":"number"},"h":{"type":"number"},
      "unit":{"type":"string","enum":["m","cm"],"default":"m"}},"required":["w","h"]})");
}

std::string text_of(const Reply& reply) {
  std::string out;
  for (const std::string& chunk : reply.chunks) out += chunk;
  return out;
}

// The text without the line that names the model.
std::string answer_of(const Json& body) { return strip_notes(text_of(demo_reply(body))); }

Json arguments_of(const Reply::Call& call) {
  std::string text;
  for (const std::string& chunk : call.argument_chunks) text += chunk;
  return *parse_json(text);
}

// `body` after the model's calls were answered with `results`, in order.
Json answered(const Json& body, const Reply& reply,
              std::initializer_list<std::string_view> results) {
  Json out = body;
  JsonArray calls;
  for (const Reply::Call& call : reply.calls) {
    calls.push_back(JsonObject{{"id", call.id},
                               {"type", "function"},
                               {"function", JsonObject{{"name", call.name}, {"arguments", "{}"}}}});
  }
  JsonArray& messages = out.as_object()["messages"].as_array();
  messages.push_back(
      JsonObject{{"role", "assistant"}, {"content", nullptr}, {"tool_calls", std::move(calls)}});
  std::size_t i = 0;
  for (const std::string_view result : results) {
    messages.push_back(JsonObject{
        {"role", "tool"}, {"tool_call_id", reply.calls.at(i++).id}, {"content", result}});
  }
  return out;
}

TEST(DemoModel, GivesTheSameReplyForTheSameRequestHoweverItIsDelivered) {
  const Json body = asking("Tell me a story about a fox.");
  Json streamed = body;
  streamed.as_object()["stream"] = true;
  streamed.as_object()["x_tactus"] = JsonObject{{"pace", 30}};
  EXPECT_EQ(text_of(demo_reply(body)), text_of(demo_reply(body)));
  EXPECT_EQ(text_of(demo_reply(body)), text_of(demo_reply(streamed)));
  EXPECT_NE(text_of(demo_reply(body)),
            text_of(demo_reply(asking("Tell me a story about two foxes."))));
}

TEST(DemoModel, SaysInEveryTextThatItIsTheOfflineDemoModel) {
  for (const char* prompt : {"Hello", "Tell me a story about a fox.", "Write a haiku about snow",
                             "What is rust?", "In one sentence, describe Lisbon.",
                             "List five ideas for a garden", "Write lua code for sorting",
                             "Compare tea and coffee in a table", "Describe the sea in 40 words"}) {
    EXPECT_THAT(text_of(demo_reply(asking(prompt))),
                HasSubstr("offline demo model, not a real one"))
        << prompt;
  }
}

TEST(DemoModel, WritesAtLengthAboutTheWordsOfThePrompt) {
  for (const char* prompt :
       {"Tell me a story about a lighthouse keeper who finds a map.", "What is photosynthesis?",
        "Explain how tides work", "Write about bridges"}) {
    const std::string text = text_of(demo_reply(asking(prompt)));
    const std::size_t words = count_words(text);
    EXPECT_GE(words, 120u) << text;
    EXPECT_LE(words, 300u) << text;
    EXPECT_TRUE(mentions(text, subject(prompt))) << text;
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(text.find('{'), std::string::npos) << "an unfilled slot in: " << text;
  }
}

TEST(DemoModel, KeepsToTheLengthThePromptNames) {
  for (std::size_t n = 1; n <= 12; ++n) {
    const std::string count = std::to_string(n);
    EXPECT_EQ(sentences(answer_of(asking("Explain tides in " + count + " sentences."))).size(), n);
    const std::string lines = answer_of(asking("Tell a story about a fox in " + count + " lines."));
    EXPECT_EQ(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) + 1, n)
        << lines;
    const std::string list = answer_of(asking("Give me " + count + " ideas for a party"));
    EXPECT_EQ(static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n')) + 1, n) << list;
    const std::string paragraphs =
        answer_of(asking("Describe the sea in " + count + " paragraphs"));
    std::size_t breaks = 0;
    for (std::size_t at = paragraphs.find("\n\n"); at != std::string::npos;
         at = paragraphs.find("\n\n", at + 2))
      ++breaks;
    EXPECT_EQ(breaks + 1, n) << paragraphs;
  }
  for (const std::size_t n : {2, 7, 25, 40, 100, 333}) {
    EXPECT_EQ(count_words(answer_of(asking("Describe the sea in " + std::to_string(n) + " words"))),
              n);
  }
}

TEST(DemoModel, AnswersInOneSentenceThatNamesItsOrigin) {
  const std::string text = text_of(demo_reply(asking("In one sentence, describe Lisbon.")));
  EXPECT_EQ(sentences(text).size(), 1u) << text;
  EXPECT_THAT(text, HasSubstr("Lisbon"));
  EXPECT_THAT(text, HasSubstr("offline demo model"));
}

TEST(DemoModel, ShapesTheAnswerByWhatIsAsked) {
  EXPECT_THAT(answer_of(asking("Write python code for sorting words")), HasSubstr("```python\n"));
  EXPECT_THAT(answer_of(asking("Compare tea and coffee in a table")), HasSubstr("| --- |"));
  const std::string haiku = answer_of(asking("Write a haiku about snow"));
  EXPECT_EQ(std::count(haiku.begin(), haiku.end(), '\n'), 2) << haiku;
  EXPECT_THAT(answer_of(asking("Give me ideas for a party")), HasSubstr("\n- **"));
}

TEST(DemoModel, SummarisesWithSentencesOfTheText) {
  const std::string given =
      "The river was low. Boats lay on the sand beside the river. Then the rain came back to the "
      "river. Everyone was glad.";
  const std::string summary = answer_of(asking("Summarize this in two sentences: " + given));
  const std::vector<std::string> kept = sentences(summary);
  ASSERT_EQ(kept.size(), 2u) << summary;
  for (const std::string& sentence : kept) EXPECT_THAT(given, HasSubstr(sentence));
}

TEST(DemoModel, ContinuesRatherThanRepeats) {
  JsonArray messages{message("system", "You are a storyteller."),
                     message("user", "Tell me a story about a fox.")};
  std::vector<std::string> seen;
  for (int turn = 0; turn < 3; ++turn) {
    const Json body = JsonObject{{"model", "demo"}, {"messages", messages}};
    const std::string text = answer_of(body);
    for (const std::string& paragraph : seen) EXPECT_NE(paragraph, text);
    seen.push_back(text);
    messages.push_back(message("assistant", text));
    messages.push_back(message("user", "Continue."));
  }
  EXPECT_THAT(seen[1], HasSubstr("## Part 2"));
  EXPECT_THAT(seen[2], HasSubstr("## Part 3"));
}

TEST(DemoModel, RemembersWhatTheUserSaid) {
  const Json body =
      request({message("user", "Hi, my name is Ada and I like chess."),
               message("assistant", "Nice to meet you."), message("user", "What is my name?")});
  EXPECT_THAT(answer_of(body), HasSubstr("your name is Ada"));
}

TEST(DemoModel, IntroducesItselfWhenNothingIsAsked) {
  EXPECT_THAT(answer_of(request(
                  {message("system", "You are a helpful assistant."), message("user", "Hello")})),
              HasSubstr("fill a schema"));
  EXPECT_THAT(answer_of(asking("Say hello. My name is Ada.")), HasSubstr("Hello, Ada"));
}

TEST(DemoModel, PicksOneOfTheChoicesItIsGiven) {
  const std::string text = text_of(
      demo_reply(asking("The soup was cold. Answer only with positive, negative or neutral.")));
  EXPECT_THAT((std::vector<std::string>{"positive", "negative", "neutral"}), Contains(text));
}

TEST(DemoModel, CallsAToolWithTheNumbersOfThePrompt) {
  const Reply reply =
      demo_reply(with_tools(asking("What is the area of a room 3.5 wide and 4 long, in cm?"),
                            {area_tool(), done_tool()}));
  ASSERT_EQ(reply.calls.size(), 1u);
  EXPECT_EQ(reply.calls[0].name, "area");
  EXPECT_EQ(dump_json(arguments_of(reply.calls[0])),
            dump_json(*parse_json(R"({"w":3.5,"h":4,"unit":"cm"})")));
  EXPECT_GT(reply.calls[0].argument_chunks.size(), 1u);
  EXPECT_EQ(reply.finish_reason, "tool_calls");
  EXPECT_TRUE(reply.chunks.empty());
}

TEST(DemoModel, PrefersTheValueThatIsNamedLikeTheParameter) {
  const Reply reply = demo_reply(with_tools(asking("Take h = 9 and w = 2."), {area_tool()}));
  EXPECT_EQ(arguments_of(reply.calls.at(0)), *parse_json(R"({"w":2,"h":9})"));
}

TEST(DemoModel, FillsTextParametersFromNamesAndQuotes) {
  const Json weather =
      tool("weather",
           R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})");
  EXPECT_EQ(
      arguments_of(demo_reply(with_tools(asking("What is the weather in New York?"), {weather}))
                       .calls.at(0)),
      *parse_json(R"({"city":"New York"})"));
  const Json echo =
      tool("echo",
           R"({"type":"object","properties":{"phrase":{"type":"string"}},"required":["phrase"]})");
  EXPECT_EQ(
      arguments_of(
          demo_reply(with_tools(asking("Repeat \"good morning\" for me"), {echo})).calls.at(0)),
      *parse_json(R"({"phrase":"good morning"})"));
}

TEST(DemoModel, UsesToolResultsVerbatimThenCallsDoneInTheSameReply) {
  const Json body = with_tools(asking("Area of 3 by 4?"), {area_tool(), done_tool()});
  const Reply first = demo_reply(body);
  const Reply second = demo_reply(answered(body, first, {"12 m² — exactly"}));
  EXPECT_THAT(text_of(second), HasSubstr("12 m² — exactly"));
  ASSERT_EQ(second.calls.size(), 1u);
  EXPECT_EQ(second.calls[0].name, "done");
  EXPECT_THAT(dump_json(arguments_of(second.calls[0])), HasSubstr("12 m² — exactly"));
  EXPECT_EQ(second.finish_reason, "tool_calls");
  EXPECT_NE(first.calls[0].id, second.calls[0].id);
}

TEST(DemoModel, WritesItsTextBeforeDoneWhenNothingElseIsOffered) {
  const Reply reply = demo_reply(with_tools(asking("Tell me a story about a fox."), {done_tool()}));
  EXPECT_GT(reply.chunks.size(), 100u);
  ASSERT_EQ(reply.calls.size(), 1u);
  EXPECT_EQ(reply.calls[0].name, "done");
  EXPECT_EQ(sentences(std::string(arguments_of(reply.calls[0]).at("reason").as_string())).size(),
            1u);
}

TEST(DemoModel, CallsEachToolOncePerTurn) {
  const Json body = with_tools(asking("Use what you have."),
                               {area_tool(), tool("now", R"({"type":"object","properties":{}})")});
  const Reply first = demo_reply(body);
  ASSERT_EQ(first.calls.size(), 2u);
  EXPECT_EQ(arguments_of(first.calls[1]), Json(JsonObject()));
  const Reply second = demo_reply(answered(body, first, {"1", "noon"}));
  EXPECT_TRUE(second.calls.empty());
  EXPECT_THAT(text_of(second), HasSubstr("noon"));
  EXPECT_EQ(second.finish_reason, "stop");
}

TEST(DemoModel, CallsOneToolAtATimeWhereParallelCallsAreOff) {
  Json body = with_tools(asking("Use what you have."),
                         {area_tool(), tool("now", R"({"type":"object","properties":{}})")});
  body.as_object()["parallel_tool_calls"] = false;
  const Reply first = demo_reply(body);
  ASSERT_EQ(first.calls.size(), 1u);
  const Reply second = demo_reply(answered(body, first, {"1"}));
  ASSERT_EQ(second.calls.size(), 1u);
  EXPECT_EQ(second.calls[0].name, "now");
}

TEST(DemoModel, ObeysToolChoice) {
  Json body = with_tools(asking("Area of 3 by 4?"), {area_tool(), done_tool()});
  body.as_object()["tool_choice"] = "none";
  EXPECT_TRUE(demo_reply(body).calls.empty());
  EXPECT_FALSE(demo_reply(body).chunks.empty());
  body.as_object()["tool_choice"] =
      *parse_json(R"({"type":"function","function":{"name":"done"}})");
  EXPECT_EQ(demo_reply(body).calls.at(0).name, "done");
  body = with_tools(asking("Area of 3 by 4?"), {area_tool()});
  body.as_object()["tool_choice"] = "required";
  const Reply first = demo_reply(body);
  EXPECT_EQ(demo_reply(answered(body, first, {"12"})).calls.size(), 1u);
}

TEST(DemoModel, FillsTheForcedFinalOutputTool) {
  const std::string_view schema =
      R"({"type":"object","properties":{"title":{"type":"string"},"score":{"type":"integer","minimum":1,"maximum":5}},
      "required":["title","score"],"additionalProperties":false})";
  Json body = with_tools(asking("Rate the book about rivers"), {tool("final_output", schema)});
  body.as_object()["tool_choice"] =
      *parse_json(R"({"type":"function","function":{"name":"final_output"}})");
  const Reply reply = demo_reply(body);
  ASSERT_EQ(reply.calls.size(), 1u);
  EXPECT_TRUE(
      schema::validate_json_schema(parse_json(schema)->as_object(), arguments_of(reply.calls[0]))
          .empty());
}

TEST(DemoModel, StopsAtTheTokenLimitAndAtStopTexts) {
  Json body = asking("Tell me a story about a fox.");
  body.as_object()["max_tokens"] = 10;
  EXPECT_EQ(demo_reply(body).chunks.size(), 10u);
  EXPECT_EQ(demo_reply(body).finish_reason, "length");
  body.as_object().erase("max_tokens");
  body.as_object()["stop"] = "fox";
  EXPECT_THAT(text_of(demo_reply(body)), Not(HasSubstr("fox")));
}

TEST(DemoModel, CountsTokensByTheSizeOfTheRequestAndTheWordsOfTheReply) {
  const Reply small = demo_reply(asking("What is rust?"));
  const Reply large = demo_reply(asking("What is rust?" + std::string(4000, '.')));
  EXPECT_GT(small.prompt_tokens, 0);
  EXPECT_NEAR(static_cast<double>(large.prompt_tokens - small.prompt_tokens), 1000, 2);
  EXPECT_EQ(small.completion_tokens, static_cast<std::int64_t>(small.chunks.size()));
}

// What is drawn must not depend on the order in which a compiler evaluates operands.
TEST(DemoModel, SaysTheSameWhateverCompilerBuiltIt) {
  EXPECT_THAT(answer_of(asking("Write a haiku about rust")),
              HasSubstr("the whole valley holds its breath,  \nevening stays a while."));
  EXPECT_THAT(answer_of(asking("Compare tea and coffee in a table")),
              HasSubstr("| Tea | easy to explain | needs a clear goal |\n"));
}

TEST(DemoModel, CutsTextIntoWordsThatJoinToTheWhole) {
  EXPECT_THAT(split_words("One  two\n\nthree \n"), ElementsAre("One", "  two", "\n\nthree \n"));
  EXPECT_THAT(split_words(""), ElementsAre());
  EXPECT_THAT(split_words(" \n"), ElementsAre(" \n"));
}

TEST(DemoModel, SurvivesRequestsOfAnyShape) {
  for (
      const char* text :
      {"{}", "[]", "null", R"({"messages":{}})",
       R"({"messages":[1,null,{"role":5},{"role":"user","content":[{"type":"image_url"}]}]})",
       R"({"messages":[{"role":"user","content":""}],"tools":[{"function":{"name":"x","parameters":[]}}]})",
       R"({"messages":[{"role":"tool","content":"lost"}],"tool_choice":{"function":{}}})",
       R"({"messages":[{"role":"user","content":"“’…—"}]})",
       R"({"messages":[{"role":"user","content":"?"}],"stop":[5]})"}) {
    const Reply reply = demo_reply(*parse_json(text));
    EXPECT_TRUE(!reply.chunks.empty() || !reply.calls.empty()) << text;
  }
}

}  // namespace
}  // namespace tactus::llm::mock
