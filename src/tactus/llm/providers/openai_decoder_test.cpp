// The rules for what compatible servers do differently, one by one, on hand-made streams.
#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/decoder_test_support.hpp>

namespace tactus::llm {
namespace {

using testing::Decoded;

Decoded decode(std::string_view body) { return testing::decode(*make_openai_provider({}), body); }

// The events of a stream whose chunks have these choices[0] (without its index).
std::vector<std::string> decode_choices(const std::vector<std::string>& choices) {
  std::string body;
  for (std::string choice : choices) {
    std::replace(choice.begin(), choice.end(), '\n', ' ');  // Those of this source file.
    body += R"(data: {"choices":[{"index":0,)" + choice + "}]}\n\n";
  }
  return decode(body).events;
}
std::vector<std::string> decode_deltas(const std::vector<std::string>& deltas) {
  std::vector<std::string> choices;
  for (const std::string& delta : deltas) choices.push_back(R"("delta":)" + delta);
  return decode_choices(choices);
}

using Lines = std::vector<std::string>;

TEST(OpenAiDecoder, TextComesOnAsItIsUnescaped) {
  EXPECT_EQ(decode_deltas({R"({"role":"assistant","content":""})", R"({"content":"a"})",
                           R"({"content":"b\n\"\\\t\/"})", R"({"content":"öü"})",
                           R"({"content":"\u00e9\ud83d\ude00"})", R"({"content":null})"}),
            (Lines{R"(text "a")", "text \"b\\n\\\"\\\\\\t/\"", R"(text "öü")", R"(text "é😀")"}));
}

TEST(OpenAiDecoder, ChunksThatLookAlikeAreReadAlike) {
  // The second and later chunks take the path without a parse; each is unlike the first in one way.
  const std::string one = R"(data: {"id":"1","model":"m","choices":[{"index":0,"delta":)";
  const std::string body = one + "{\"content\":\"a\"}}]}\n\n" +  //
                           one + "{\"content\":\"b\"}}]}\n\n" +  //
                           one + "{\"content\":\"\"}}]}\n\n" +   //
                           one + "{\"content\":\"c\\\"d\"}}]}\n\n" + one +
                           "{\"content\":\"e\\u0041\"}}]}\n\n" + one +
                           "{\"content\":\"f\"},\"finish_reason\":\"stop\"}]}\n\n";
  EXPECT_EQ(decode(body).events, (Lines{"info 1 m", R"(text "a")", R"(text "b")", "text \"c\\\"d\"",
                                        R"(text "eA")", R"(text "f")", R"(finish stop "stop")"}));
}

TEST(OpenAiDecoder, ABrokenLiteralIsNotTakenForText) {
  const std::string one = R"(data: {"choices":[{"delta":{"content":")";
  const std::string body = one + "a\"}}]}\n\n" + one + "b\"}}]}\n\n" + one + "x\"y\"}}]}\n\n";
  const Decoded decoded = decode(body);
  EXPECT_EQ(decoded.events, (Lines{R"(text "a")", R"(text "b")"}));
  EXPECT_NE(decoded.failure, "");
}

TEST(OpenAiDecoder, ASequenceCutBetweenChunksIsJoinedAndRubbishReplaced) {
  EXPECT_EQ(
      decode_deltas({"{\"content\":\"a\xF0\x9F\"}", "{\"content\":\"\x98\x80z\"}",
                     "{\"content\":\"q\xFFr\"}", "{\"content\":\"\xE2\x82\"}"}),
      (Lines{R"(text "a")", R"(text "😀z")", "text \"q\xEF\xBF\xBDr\"", "text \"\xEF\xBF\xBD\""}));
}

TEST(OpenAiDecoder, HalfASurrogatePairIsReplaced) {
  EXPECT_EQ(decode_deltas({R"({"content":"a\ud83d"})", R"({"content":"\ude00 \\ud83d"})"}),
            (Lines{"text \"a\xEF\xBF\xBD\"", "text \"\xEF\xBF\xBD \\\\ud83d\""}));
}

TEST(OpenAiDecoder, ReasoningIsTakenFromTheFirstFieldThatHasSome) {
  EXPECT_EQ(decode_deltas({R"({"reasoning_content":"a"})", R"({"reasoning":"b"})",
                           R"({"reasoning":"c","reasoning_details":[{"type":"x","text":"c"}]})",
                           R"({"reasoning":"","reasoning_details":[{"text":"d"},{"summary":"e"},
                               {"type":"reasoning.encrypted","data":"zz"}]})",
                           R"({"reasoning_content":null,"content":"f"})"}),
            (Lines{R"(reasoning "a")", R"(reasoning "b")", R"(reasoning "c")", R"(reasoning "d")",
                   R"(reasoning "e")", R"(text "f")"}));
}

TEST(OpenAiDecoder, ContentMayBeAListOfParts) {
  EXPECT_EQ(
      decode_deltas({R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]}]})",
                     R"({"content":[{"type":"thinking","thinking":"b"},{"type":"text","text":"c"},
                          {"type":"reference","reference_ids":[1]}]})"}),
      (Lines{R"(reasoning "a")", R"(reasoning "b")", R"(text "c")"}));
}

TEST(OpenAiDecoder, ThinkTagsStayText) {
  EXPECT_EQ(decode_deltas({R"({"content":"<think>x</think>y"})"}),
            (Lines{R"(text "<think>x</think>y")"}));
}

TEST(OpenAiDecoder, ARefusalIsNoText) {
  EXPECT_EQ(decode_deltas({R"({"refusal":"","content":"a"})", R"({"refusal":"no"})"}),
            (Lines{R"(text "a")", R"(refusal "no")"}));
}

std::string call(std::string_view rest) {
  return fmt::format(R"({{"tool_calls":[{{{}}}]}})", rest);
}

TEST(OpenAiToolCalls, FragmentsOfOneIndexAreOneCall) {
  EXPECT_EQ(
      decode_deltas({call(R"("index":0,"id":"x","function":{"name":"f","arguments":""})"),
                     call(R"("index":0,"function":{"arguments":"{\"a\":"})"),
                     call(R"("index":1,"id":"y","function":{"name":"g","arguments":"{}"})"),
                     call(R"("index":0,"id":null,"function":{"name":null,"arguments":"1}"})")}),
      (Lines{R"(call 0 "x" f)", R"(arguments 0 "{\"a\":")", R"(call 1 "y" g)",
             R"(arguments 1 "{}")", R"(arguments 0 "1}")"}));
}

TEST(OpenAiToolCalls, IdsAndNamesRepeatedOrEmptyOnLaterFragmentsChangeNothing) {
  EXPECT_EQ(
      decode_deltas({call(R"("index":0,"id":"x","function":{"name":"f","arguments":"["})"),
                     call(R"("index":0,"id":"","function":{"name":"f","arguments":"1"})"),
                     call(R"("index":0,"id":"x","function":{"name":"","arguments":"]"})")}),
      (Lines{R"(call 0 "x" f)", R"(arguments 0 "[")", R"(arguments 0 "1")", R"(arguments 0 "]")"}));
}

TEST(OpenAiToolCalls, AnotherIdAtTheSameIndexIsAnotherCall) {
  EXPECT_EQ(decode_deltas({call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{}"})"),
                           call(R"("index":0,"id":"y","function":{"name":"f","arguments":"{}"})"),
                           call(R"("index":0,"function":{"arguments":" "})")}),
            (Lines{R"(call 0 "x" f)", R"(arguments 0 "{}")", R"(call 1 "y" f)",
                   R"(arguments 1 "{}")", R"(arguments 1 " ")"}));
}

TEST(OpenAiToolCalls, WithoutAnIndexAnIdStartsACall) {
  EXPECT_EQ(decode_deltas({call(R"("id":"x","function":{"name":"f","arguments":"{"})"),
                           call(R"("function":{"arguments":"}"})"),
                           call(R"("id":"y","function":{"name":"g","arguments":"{}"})")}),
            (Lines{R"(call 0 "x" f)", R"(arguments 0 "{")", R"(arguments 0 "}")", R"(call 1 "y" g)",
                   R"(arguments 1 "{}")"}));
}

TEST(OpenAiToolCalls, WithoutIdsTheCallIsAnnouncedWhenNoIdCanComeAnyMore) {
  EXPECT_EQ(decode_choices({R"("delta":{"tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},
                                                {"function":{"name":"f","arguments":"{}"}}]})",
                            R"("delta":{},"finish_reason":"tool_calls")"}),
            (Lines{R"(call 0 "" f)", R"(arguments 0 "{\"a\":1}")", R"(call 1 "" f)",
                   R"(arguments 1 "{}")", R"(finish tool_calls "tool_calls")"}));
}

TEST(OpenAiToolCalls, AnIdThatComesLateIsWaitedFor) {
  EXPECT_EQ(decode_deltas({call(R"("index":0,"function":{"name":"f","arguments":"{"})"),
                           call(R"("index":0,"id":"x","function":{"arguments":"}"})")}),
            (Lines{R"(call 0 "x" f)", R"(arguments 0 "{")", R"(arguments 0 "}")"}));
}

TEST(OpenAiToolCalls, TheOldFunctionCallIsOneCallWithoutId) {
  EXPECT_EQ(
      decode_choices({R"("delta":{"function_call":{"name":"f","arguments":""}})",
                      R"("delta":{"function_call":{"arguments":"{}"}})",
                      R"("delta":{},"finish_reason":"function_call")"}),
      (Lines{R"(call 0 "" f)", R"(arguments 0 "{}")", R"(finish tool_calls "function_call")"}));
}

TEST(OpenAiToolCalls, AFloodOfCallsIsRefused) {
  std::string calls;
  for (int i = 0; i <= 1024; ++i) {
    calls += fmt::format(R"({}{{"id":"c{}","function":{{"name":"f"}}}})", i ? "," : "", i);
  }
  const Decoded decoded =
      decode(R"(data: {"choices":[{"delta":{"tool_calls":[)" + calls + "]}}]}\n\n");
  EXPECT_EQ(decoded.events.size(), 1024u);
  EXPECT_NE(decoded.failure.find("tool calls"), std::string::npos);
}

TEST(OpenAiDecoder, EveryFinishReasonHasItsMeaning) {
  const std::vector<std::pair<std::string, std::string>> reasons = {
      {"stop", "stop"},
      {"length", "length"},
      {"model_length", "length"},
      {"tool_calls", "tool_calls"},
      {"function_call", "tool_calls"},
      {"content_filter", "content_filter"},
      {"error", "error"},
      {"insufficient_system_resource", "error"},
      {"eos", "stop"}};
  for (const auto& [raw, meaning] : reasons) {
    EXPECT_EQ(decode_choices({R"("delta":{},"finish_reason":")" + raw + "\""}),
              Lines{fmt::format("finish {} \"{}\"", meaning, raw)});
  }
}

TEST(OpenAiDecoder, ARepeatedFinishReasonCountsOnce) {
  EXPECT_EQ(decode_choices({R"("delta":{"content":"a"},"finish_reason":"stop")",
                            R"("delta":{"content":""},"finish_reason":"stop")"}),
            (Lines{R"(text "a")", R"(finish stop "stop")"}));
}

TEST(OpenAiDecoder, UsageIsFoundWhereverItStands) {
  const std::string usage = R"("usage":{"prompt_tokens":3,"completion_tokens":4})";
  for (const std::string& chunk :
       {"{\"choices\":[]," + usage + "}", "{\"choices\":[{\"delta\":{}," + usage + "}]}",
        "{\"choices\":[],\"x_groq\":{" + usage + "}}",
        "{\"choices\":[],\"usage\":null,\"x_groq\":{" + usage + "}}"}) {
    EXPECT_EQ(decode("data: " + chunk + "\n\n").events, Lines{"usage 3+4=7"}) << chunk;
  }
}

TEST(OpenAiDecoder, CostAndReasoningOutsideTheCompletionAreUnderstood) {
  const auto usage = [](const std::string& rest) {
    return decode(R"(data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,)" +
                  rest + "}}\n\n")
        .events;
  };
  EXPECT_EQ(usage(R"("total_tokens":17,"completion_tokens_details":{"reasoning_tokens":5})"),
            Lines{"usage 10+7=17"});
  EXPECT_EQ(usage(R"("total_tokens":12,"completion_tokens_details":{"reasoning_tokens":5})"),
            Lines{"usage 10+2=12"});
  EXPECT_EQ(usage(R"("cost":0.25)"), Lines{"usage 10+2=12 $0.250000"});
  EXPECT_EQ(usage(R"("cost":{"total_cost":0.5})"), Lines{"usage 10+2=12 $0.500000"});
  EXPECT_EQ(usage(R"("cost_in_usd_ticks":10000000)"), Lines{"usage 10+2=12 $0.001000"});
}

TEST(OpenAiDecoder, OnlyTheFirstOfSeveralChoicesCounts) {
  EXPECT_EQ(decode(R"(data: {"choices":[{"index":1,"delta":{"content":"no"}},)"
                   R"({"index":0,"delta":{"content":"yes"}}]})"
                   "\n\n")
                .events,
            Lines{R"(text "yes")"});
}

TEST(OpenAiDecoder, MessageBesideDeltaIsIgnored) {
  EXPECT_EQ(decode_choices({R"("delta":{"content":"b"},"message":{"content":"ab"})"}),
            Lines{R"(text "b")"});
}

TEST(OpenAiDecoder, TheIdAndModelThatComeFirstCount) {
  EXPECT_EQ(decode("data: {\"id\":\"\",\"model\":\"\",\"choices\":[]}\n\n"
                   "data: {\"id\":\"a\",\"choices\":[]}\n\n"
                   "data: {\"id\":\"b\",\"model\":\"m\",\"choices\":[]}\n\n"
                   "data: {\"id\":\"c\",\"model\":\"n\",\"choices\":[]}\n\n")
                .events,
            (Lines{"info a ", "info a m"}));
}

TEST(OpenAiEnd, AFinishReasonOrDoneCompletesAndNothingElse) {
  const std::string text = R"(data: {"choices":[{"delta":{"content":"a"}}]})"
                           "\n\n";
  const std::string stop = R"(data: {"choices":[{"delta":{},"finish_reason":"stop"}]})"
                           "\n\n";
  EXPECT_FALSE(decode(text).complete);
  EXPECT_TRUE(decode(text + stop).complete);
  EXPECT_FALSE(decode(text + stop).ended);
  EXPECT_FALSE(decode("").complete);
  for (const char* done : {"data: [DONE]\n\n", "data: [DONE]", "data:[DONE] \n\n"}) {
    const Decoded decoded = decode(text + done);
    EXPECT_TRUE(decoded.complete) << done;
    EXPECT_EQ(decoded.events, (Lines{R"(text "a")", R"(finish stop "")"})) << done;
  }
  EXPECT_TRUE(decode(text + stop + "data: [DONE]\n\n").ended);
}

TEST(OpenAiEnd, WhatComesAfterDoneIsIgnored) {
  EXPECT_EQ(decode("data: [DONE]\n\ndata: rubbish\n\n").events, Lines{R"(finish stop "")"});
}

TEST(OpenAiEnd, ALastEventWithoutItsBlankLineCountsIfItParses) {
  EXPECT_EQ(decode(R"(data: {"choices":[{"delta":{"content":"a"}}]})").events,
            Lines{R"(text "a")"});
  const Decoded cut = decode(R"(data: {"choices":[{"delta":{"content":"a)");
  EXPECT_EQ(cut.events, Lines{});
  EXPECT_EQ(cut.failure, "");
  EXPECT_FALSE(cut.complete);
}

TEST(OpenAiErrors, EveryFormInsideAStreamIsFound) {
  const std::vector<std::pair<std::string, std::string>> forms = {
      {R"(data: {"error":{"message":"m","type":"t","code":"c"}})", "error t/c: m"},
      {R"(data: {"error":{"message":"m","code":502},"choices":[{"delta":{"content":""}}]})",
       "error /502: m"},
      {R"(data: {"error":"m"})", "error /: m"},
      {R"(data: {"object":"error","message":"m","type":"t","code":40})", "error t/40: m"},
      {"event: error\ndata: {\"error\":{\"message\":\"m\"}}", "error /: m"},
      {"event: error\ndata: it broke", "error /: it broke"},
      {R"(error: {"code":500,"message":"m","type":"server_error"})", "error server_error/500: m"},
      {"error: it broke", "error /: it broke"}};
  for (const auto& [event, expected] : forms) {
    const Decoded decoded = decode(event + "\n\ndata: [DONE]\n\n");
    EXPECT_EQ(decoded.events, Lines{expected}) << event;
    EXPECT_FALSE(decoded.complete) << event;
    EXPECT_TRUE(decoded.ended);
  }
  EXPECT_EQ(decode(R"(data: {"error":null,"choices":[{"delta":{"content":"a"}}]})"
                   "\n\n")
                .events,
            Lines{R"(text "a")"});
}

TEST(OpenAiErrors, WhatCameBeforeBadBytesIsHandedOnFirst) {
  const auto provider = make_openai_provider({});
  const auto decoder = provider->decoder("text/event-stream");
  const auto first =
      decoder->push("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: <html>\n\n");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 1u);
  const auto second = decoder->push("data: {}\n\n");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kProviderStream);
  EXPECT_NE(second.error().message.find("<html>"), std::string::npos);
}

TEST(OpenAiWhole, AnAnswerThatIsNotStreamedGivesTheSameEvents) {
  const Decoded decoded = decode(
      R"( {"id":"i","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{
          "role":"assistant","content":"a","reasoning_content":"r","tool_calls":[
          {"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}]}}],
          "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})");
  EXPECT_EQ(decoded.events,
            (Lines{"info i m", R"(reasoning "r")", R"(text "a")", R"(call 0 "x" f)",
                   R"(arguments 0 "{}")", "usage 1+2=3", R"(finish tool_calls "tool_calls")"}));
  EXPECT_TRUE(decoded.complete);
}

TEST(OpenAiWhole, AnErrorObjectOrACutAnswerIsNoSuccess) {
  const Decoded error = decode(R"({"error":{"message":"m","type":"t"}})");
  EXPECT_EQ(error.events, Lines{"error t/: m"});
  EXPECT_FALSE(error.complete);
  const Decoded cut = decode(R"({"choices":[{"finish_reason":"stop","mess)");
  EXPECT_FALSE(cut.complete);
  EXPECT_NE(cut.failure, "");
}

}  // namespace
}  // namespace tactus::llm
