// The rules for Gemini's streams, one by one, on hand-made bodies.
#include <algorithm>

#include <tactus/llm/providers/cut_test_support.hpp>
#include <tactus/llm/providers/gemini_decoder.hpp>

namespace tactus::llm {
namespace {

using testing::Lines;
using testing::read_body;
using testing::read_chunks;
using testing::Reading;

Reading read(std::string_view body) {
  return read_body([] { return std::make_unique<GeminiDecoder>(); }, body);
}

// An event of the stream, as Google sends it.
std::string event(std::string json) {
  std::replace(json.begin(), json.end(), '\n', ' ');  // Those of this source file.
  return "data: " + json + "\r\n\r\n";
}

// A response whose first candidate has these parts, and what else is given.
std::string parts(std::string_view list, std::string_view rest = "") {
  return R"({"candidates":[{"content":{"parts":[)" + std::string(list) + R"(],"role":"model"})" +
         std::string(rest) + "}]}";
}

const std::string kStop = parts(R"({"text":""})", R"(,"finishReason":"STOP")");

TEST(GeminiDecoder, TextAndThoughtsComeOnSeparately) {
  const Reading reading =
      read(event(parts(R"({"text":"Hm.","thought":true},{"text":"Grüße "})")) +
           event(parts(R"({"text":"\ud83d\ude00"})", R"(,"finishReason":"STOP","index":0)")));
  EXPECT_EQ(reading.events, (Lines{R"(reasoning "Hm.")", R"(text "Grüße ")", R"(text "😀")",
                                   R"(finish stop "STOP")"}));
  EXPECT_TRUE(reading.complete);
  EXPECT_FALSE(reading.ended) << "only the end of the body ends it";
}

TEST(GeminiDecoder, TheLastFinishReasonCounts) {
  // Some endpoints put one on every piece.
  const Reading reading = read(event(parts(R"({"text":"a"})", R"(,"finishReason":"STOP")")) +
                               event(parts(R"({"text":"b"})", R"(,"finishReason":"MAX_TOKENS")")));
  EXPECT_EQ(reading.events, (Lines{R"(text "a")", R"(text "b")", R"(finish length "MAX_TOKENS")"}));
}

TEST(GeminiDecoder, FinishReasonsAreSortedByWhatTheyMean) {
  const std::pair<const char*, const char*> cases[] = {{"STOP", "stop"},
                                                       {"MAX_TOKENS", "length"},
                                                       {"SAFETY", "content_filter"},
                                                       {"RECITATION", "content_filter"},
                                                       {"PROHIBITED_CONTENT", "content_filter"},
                                                       {"IMAGE_SAFETY", "content_filter"},
                                                       {"MALFORMED_FUNCTION_CALL", "error"},
                                                       {"UNEXPECTED_TOOL_CALL", "error"},
                                                       {"SOMETHING_NEW", "stop"}};
  for (const auto& [raw, meaning] : cases) {
    const Reading reading =
        read(event(parts(R"({"text":"a"})", fmt::format(R"(,"finishReason":"{}")", raw))));
    EXPECT_EQ(reading.events.back(), fmt::format("finish {} \"{}\"", meaning, raw));
  }
}

TEST(GeminiDecoder, CallsComeWholeAndMakeStopMeanToolCalls) {
  const Reading reading = read(event(parts(R"({"functionCall":{"name":"f","args":{"a":[1,"x"]}}},
                     {"functionCall":{"id":"q7","name":"g"},"thoughtSignature":"c2ln"})"
                                           "")) +
                               event(kStop));
  EXPECT_EQ(reading.events, (Lines{R"(call 0 "" f)", R"(arguments 0 "{\"a\":[1,\"x\"]}")",
                                   R"(call 1 "q7" g)", R"(part gemini {"call":1,"id":"q7"})",
                                   R"(part gemini {"call":1,"thoughtSignature":"c2ln"})",
                                   R"(arguments 1 "{}")", R"(finish tool_calls "STOP")"}));
}

TEST(GeminiDecoder, SignaturesAreKeptWithTheirParts) {
  const Reading reading =
      read(event(parts(R"({"text":"t","thought":true,"thoughtSignature":"A"},
                          {"text":"ab","thoughtSignature":"B"})")) +
           event(parts(R"({"text":"","thoughtSignature":"C"})", R"(,"finishReason":"STOP")")));
  EXPECT_EQ(
      reading.events,
      (Lines{R"(reasoning "t")", R"(part gemini {"thought":"t","thoughtSignature":"A"})",
             R"(text "ab")", R"(part gemini {"text_bytes":2,"thoughtSignature":"B"})",
             R"(part gemini {"text_bytes":0,"thoughtSignature":"C"})", R"(finish stop "STOP")"}));
}

TEST(GeminiDecoder, StreamedArgumentsArePutTogether) {
  const auto call = [](std::string_view json) {
    return event(parts(R"({"functionCall":)" + std::string(json) + "}"));
  };
  const Reading reading = read(
      call(R"({"name":"f","willContinue":true})") +
      call(R"({"partialArgs":[{"jsonPath":"$.city","stringValue":"Bos","willContinue":true}],
               "willContinue":true})"
           "") +
      call(R"({"partialArgs":[{"jsonPath":"$.city","stringValue":"ton"}],"willContinue":true})") +
      call(R"({"partialArgs":[{"jsonPath":"$.days[0]['n']","numberValue":2},
               {"jsonPath":"$.days[1].ok","boolValue":true},{"jsonPath":"$.x","nullValue":null}],
               "willContinue":true})"
           "") +
      call("{}") + call(R"({"name":"g"})") + event(kStop));
  EXPECT_EQ(
      reading.events,
      (Lines{R"(call 0 "" f)",
             R"(arguments 0 "{\"city\":\"Boston\",\"days\":[{\"n\":2},{\"ok\":true}],\"x\":null}")",
             R"(call 1 "" g)", R"(arguments 1 "{}")", R"(finish tool_calls "STOP")"}));
}

TEST(GeminiDecoder, ArgumentsThatNeverEndedAreNoWholeArguments) {
  const Reading reading =
      read(event(parts(R"({"functionCall":{"name":"f","willContinue":true}})")) +
           event(parts(R"({"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x"}],
                           "willContinue":true}})",
                       R"(,"finishReason":"MAX_TOKENS")")));
  EXPECT_EQ(reading.events, (Lines{R"(call 0 "" f)", R"(arguments 0 "{\"a\":\"x\"")",
                                   R"(finish length "MAX_TOKENS")"}));
}

TEST(GeminiDecoder, APathThatCannotBeFollowedIsNoArgument) {
  for (const char* path : {"a", "$", "$.", "$.a[9]", "$.a[", "$.a['b", "$.s.t", "$.a[x]"}) {
    const Reading reading = read(event(parts(fmt::format(
        R"({{"functionCall":{{"name":"f","args":{{"s":"text"}},
            "partialArgs":[{{"jsonPath":"{}","stringValue":"x"}}]}}}})",
        path))));
    EXPECT_NE(reading.failure.find("cannot be followed"), std::string::npos) << path;
    EXPECT_FALSE(reading.complete);
  }
}

TEST(GeminiDecoder, UsageIsTheLastOneAndCountsWhatGoogleCountsApart) {
  const Reading reading = read(
      event(
          R"({"usageMetadata":{"trafficType":"ON_DEMAND"},"responseId":"r","modelVersion":"m"})") +
      event(R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],
                "usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,
                "candidatesTokenCount":3,"thoughtsTokenCount":5,"toolUsePromptTokenCount":2,
                "totalTokenCount":20},"responseId":"r","modelVersion":"m"})"));
  EXPECT_EQ(reading.events,
            (Lines{"info r m", R"(text "a")", "usage 12+8=20", R"(finish stop "STOP")"}));
}

TEST(GeminiDecoder, ABlockedPromptIsAnEnd) {
  const Reading reading = read(event(R"({"promptFeedback":{"blockReason":"SAFETY"}})"));
  EXPECT_EQ(reading.events, (Lines{R"(finish content_filter "promptFeedback:SAFETY")"}));
  EXPECT_TRUE(reading.complete);
}

TEST(GeminiDecoder, OnlyTheFirstCandidateIsRead) {
  EXPECT_EQ(read(event(R"({"candidates":[{"index":1,"content":{"parts":[{"text":"no"}]}},
                           {"index":0,"content":{"parts":[{"text":"yes"}]}}]})"))
                .events,
            (Lines{R"(text "yes")"}));
}

TEST(GeminiDecoder, WhatIsNoOutputOfTheModelIsPassedOver) {
  const Reading reading = read(event(parts(R"({"executableCode":{"language":"PYTHON","code":"1"}},
                     {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}},
                     {"inlineData":{"mimeType":"image/png","data":"AA=="}}, {"text":5}, {})")) +
                               event(R"({"candidates":[{"content":{},"groundingMetadata":{}}]})") +
                               event("{}") + event(kStop));
  EXPECT_EQ(reading.events, (Lines{R"(finish stop "STOP")"}));
}

TEST(GeminiDecoder, AStreamWithoutAFinishReasonIsTruncated) {
  const Reading reading = read(event(parts(R"({"text":"a"})")));
  EXPECT_EQ(reading.events, (Lines{R"(text "a")"}));
  EXPECT_FALSE(reading.complete);
}

TEST(GeminiDecoder, AnEventWithoutItsBlankLineCountsIfItIsWhole) {
  const std::string whole = event(parts(R"({"text":"a"})")) + "data: " + kStop;
  EXPECT_TRUE(read(whole).complete);
  const Reading cut = read(whole.substr(0, whole.size() - 3));
  EXPECT_FALSE(cut.complete);
  EXPECT_EQ(cut.failure, "");
  EXPECT_EQ(cut.events, (Lines{R"(text "a")"}));
}

TEST(GeminiDecoder, ABareObjectAfterTheEventsIsAnError) {
  const std::string error = R"({
  "error": {
    "code": 503,
    "message": "The model is overloaded.",
    "status": "UNAVAILABLE"
  }
}
)";
  const Reading reading =
      read(event(parts(R"({"text":"a"})", R"(,"finishReason":"STOP")")) + error);
  EXPECT_EQ(reading.events,
            (Lines{R"(text "a")", "error UNAVAILABLE/503: The model is overloaded."}));
  EXPECT_FALSE(reading.complete);
  EXPECT_TRUE(reading.ended);
  EXPECT_EQ(read(event(R"({"error":{"code":500,"message":"m","status":"INTERNAL"}})")).events,
            (Lines{"error INTERNAL/500: m"}));
  EXPECT_EQ(read("[" + error + "]").events,
            (Lines{"error UNAVAILABLE/503: The model is overloaded."}));
}

TEST(GeminiDecoder, AnArrayOfObjectsIsAStreamToo) {
  const std::string first = parts(R"({"text":"a]}\"\\"})");
  const Reading reading = read("[" + first + "\r\n,\r\n" + kStop + "\r\n]\r\n");
  EXPECT_EQ(reading.events, (Lines{R"(text "a]}\"\\")", R"(finish stop "STOP")"}));
  EXPECT_TRUE(reading.complete);
  EXPECT_FALSE(read("[" + first + ",\r\n" + kStop).complete) << "the array never ended";
  EXPECT_FALSE(read("[" + first + ",\r\n" + kStop.substr(0, 30)).complete);
}

TEST(GeminiDecoder, AnAnswerThatWasNotStreamedIsOneObject) {
  const Reading reading = read(parts(R"({"text":"all"})", R"(,"finishReason":"STOP")"));
  EXPECT_EQ(reading.events, (Lines{R"(text "all")", R"(finish stop "STOP")"}));
  EXPECT_TRUE(reading.complete);
}

TEST(GeminiDecoder, WhatIsNoJsonFailsAfterWhatCameBefore) {
  const Reading reading = read(event(parts(R"({"text":"a"})")) + event("{broken"));
  EXPECT_EQ(reading.events, (Lines{R"(text "a")"}));
  EXPECT_NE(reading.failure.find("not JSON"), std::string::npos);
  EXPECT_NE(read("[1]").failure.find("not JSON"), std::string::npos);
  EXPECT_NE(read("{} trailing").failure.find("not JSON"), std::string::npos);
}

TEST(GeminiDecoder, MalformedTextIsRepaired) {
  EXPECT_EQ(read(event(parts("{\"text\":\"a\xFFz\"}"))).events, (Lines{"text \"a\xEF\xBF\xBDz\""}));
  EXPECT_EQ(read(event(parts(R"({"text":"a\ud83dz"})"))).events,
            (Lines{"text \"a\xEF\xBF\xBDz\""}));
}

TEST(GeminiDecoder, AnAnswerHasOnlySoManyCalls) {
  std::string list;
  for (int i = 0; i <= GeminiResponseReader::kCallsMax; ++i) {
    list += std::string(i > 0 ? "," : "") + R"({"functionCall":{"name":"f"}})";
  }
  const Reading reading =
      read_chunks([] { return std::make_unique<GeminiDecoder>(); }, {event(parts(list))});
  EXPECT_NE(reading.failure.find("tool calls"), std::string::npos);
}

}  // namespace
}  // namespace tactus::llm
