#include <gtest/gtest.h>

#include <tactus/llm/cassette/recording.hpp>

namespace tactus::llm::cassette {
namespace {

using Time = Recording::Time;

net::RequestSubject subject() {
  return {"model", "openai", "3.1",
          JsonObject{{"model", "gpt-4o"},
                     {"messages", JsonArray{JsonObject{{"role", "user"}, {"content", "Hej"}}}},
                     {"settings", JsonObject{{"temperature", 0.5}}}}};
}

Recording recording() {
  Recording made;
  made.subject = subject();
  made.key = key_of(made.subject);
  made.occurrence = 2;
  made.head = net::HttpHead{200, {{"content-type", "text/event-stream"}}};
  made.head_at = Time(310'250);
  made.chunks = {{Time(310'251), "data: å\n\n"},
                 {Time(310'900), std::string("data: \xC3")},  // Half a character.
                 {Time(311'000), std::string("\xA5\r\n\0\"\\", 6)},
                 {Time(999'999), "data: [DONE]\n\n"}};
  made.end_at = Time(1'000'000);
  return made;
}

Result<Recording> read_back(const Recording& made) {
  return parse_recording(format_recording(made), "a.cassette.jsonl");
}

TEST(CassetteRecording, IsReadAsItWasWrittenByteForByteAndMicrosecondForMicrosecond) {
  const Recording made = recording();
  const auto read = read_back(made);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->key, made.key);
  EXPECT_EQ(read->occurrence, 2);
  EXPECT_EQ(read->subject.kind, "model");
  EXPECT_EQ(read->subject.peer, "openai");
  EXPECT_EQ(read->subject.place, "3.1");
  EXPECT_EQ(read->subject.asked, made.subject.asked);
  EXPECT_EQ(read->head->status, 200);
  EXPECT_EQ(read->head->headers, made.head->headers);
  EXPECT_EQ(read->head_at, made.head_at);
  ASSERT_EQ(read->chunks.size(), made.chunks.size());
  for (std::size_t i = 0; i < made.chunks.size(); ++i) {
    EXPECT_EQ(read->chunks[i].at, made.chunks[i].at) << i;
    EXPECT_EQ(read->chunks[i].bytes, made.chunks[i].bytes) << i;
  }
  EXPECT_EQ(read->end, Recording::End::kComplete);
  EXPECT_EQ(read->end_at, made.end_at);
  EXPECT_EQ(format_recording(*read), format_recording(made));
}

TEST(CassetteRecording, TextIsReadableAndOnlyWhatIsNoneIsEncoded) {
  const std::string text = format_recording(recording());
  EXPECT_NE(text.find(R"("text":"data: å\n\n")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("base64":"ZGF0YTogww==")"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8) << "a line for each chunk";
}

TEST(CassetteRecording, FailuresAndDeparturesAreKept) {
  Recording failed = recording();
  failed.head.reset();
  failed.chunks.clear();
  failed.end = Recording::End::kFailed;
  failed.error = Error{ErrorCode::kProviderNetwork, "cannot connect", "start it", {}, ""};
  auto read = read_back(failed);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_FALSE(read->head);
  EXPECT_EQ(read->error, failed.error);

  Recording left = recording();
  left.end = Recording::End::kCancelled;
  read = read_back(left);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->end, Recording::End::kCancelled);
  EXPECT_EQ(read->chunks.size(), 4u);
}

TEST(CassetteRecording, ATruncatedFileIsNeverWhole) {
  const std::string text = format_recording(recording());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = parse_recording(std::string_view(text).substr(0, size), "a.cassette.jsonl");
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, ErrorCode::kFile);
    EXPECT_EQ(read.error().place->file, "a.cassette.jsonl");
  }
}

TEST(CassetteRecording, WhatIsWrongIsToldWithItsLine) {
  const std::string text = format_recording(recording());
  const auto complaint = [](std::string changed) {
    const auto read = parse_recording(changed, "x");
    return read ? std::string("read") : to_string(read.error());
  };
  const auto replaced = [&](const std::string& what, const std::string& with) {
    std::string changed = text;
    changed.replace(changed.find(what), what.size(), with);
    return complaint(changed);
  };
  EXPECT_EQ(complaint("hello\n"),
            "x:1: the cassette is damaged: line 1 is no JSON object [TAC-FILE]");
  EXPECT_EQ(complaint("{}\n"),
            "x:1: the cassette is damaged: line 1 says of no cassette [TAC-FILE]");
  EXPECT_EQ(replaced("\"tactus_cassette\":1", "\"tactus_cassette\":2"),
            "x:1: the cassette has version 2; this version of Tactus reads 1 [TAC-FILE]");
  EXPECT_NE(replaced("ZGF0YTogww==", "ZGF0YTogww=").find("line 5 holds what is no base64"),
            std::string::npos);
  EXPECT_NE(replaced("\"status\":200", "\"status\":20").find("line 3"), std::string::npos);
  EXPECT_NE(replaced("\"complete\"", "\"later\"").find("line 8"), std::string::npos);
  EXPECT_NE(complaint(text + text).find("line 9 comes after the end"), std::string::npos);
}

TEST(CassetteKey, DependsOnWhatIsAskedNotOnItsOrderOrPlace) {
  net::RequestSubject other = subject();
  other.place = "7";
  other.asked =
      JsonObject{{"settings", JsonObject{{"temperature", 0.5}}},
                 {"messages", JsonArray{JsonObject{{"content", "Hej"}, {"role", "user"}}}},
                 {"model", "gpt-4o"}};
  EXPECT_EQ(key_of(other), key_of(subject()));

  std::vector<net::RequestSubject> different(5, subject());
  different[0].peer = "groq";
  different[1].kind = "http";
  different[2].asked.get_object()["model"] = "gpt-4o-mini";
  different[3].asked.get_object()["settings"].get_object()["temperature"] = 0.6;
  different[4].asked.get_object()["messages"].get_array().push_back("more");
  for (const auto& changed : different) EXPECT_NE(key_of(changed), key_of(subject()));
}

TEST(CassetteRecording, ItsNameSaysWhoWasAskedAndFitsAnyFileSystem) {
  Recording made = recording();
  made.subject.peer = "My Server/../2";
  const std::string name = file_name(made);
  EXPECT_EQ(name, "model-my_server_.._2-" + made.key.substr(0, 12) + "-2.cassette.jsonl");
}

}  // namespace
}  // namespace tactus::llm::cassette
