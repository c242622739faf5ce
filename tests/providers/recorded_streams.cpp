#include "recorded_streams.hpp"

#include <random>

#include <gtest/gtest.h>

#include <tactus/base/utf8.hpp>

#include "fixtures.hpp"

namespace tactus::wire {
namespace {

using namespace llm;

// Larger recordings are cut at random places only; every recording is also fed byte by byte. The
// work is quadratic, so builds with sanitizers draw the line earlier.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kEveryCutBytesMax = 2 << 10;
#elif defined(__has_feature)
constexpr std::size_t kEveryCutBytesMax =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ? 2 << 10 : 64 << 10;
#else
constexpr std::size_t kEveryCutBytesMax = 64 << 10;
#endif

struct Decoded {
  std::string text, reasoning, refusal;
  std::vector<ToolCall> calls;
  std::string finish_reason, finish_reason_raw;
  JsonArray parts;
  std::optional<Usage> usage;
  std::optional<InBandError> error;
  std::string model, response_id;
  bool complete = false;

  void add(const ModelEvent& event) {
    std::visit([this](const auto& e) { take(e); }, event);
  }
  void take(const TextDelta& e) { append(text, e.text); }
  void take(const ReasoningDelta& e) { append(reasoning, e.text); }
  void take(const RefusalDelta& e) { append(refusal, e.text); }
  void take(const ToolCallStart& e) {
    EXPECT_EQ(e.index, static_cast<int>(calls.size()));
    calls.push_back({e.id, e.name, ""});
  }
  void take(const ToolCallArguments& e) {
    ASSERT_LT(static_cast<std::size_t>(e.index), calls.size());
    append(calls[static_cast<std::size_t>(e.index)].arguments, e.text);
  }
  void take(const ProviderPart& e) {
    EXPECT_FALSE(e.dialect.empty());
    parts.push_back(JsonArray({Json(e.dialect), e.value, Json(text.size()), Json(calls.size())}));
  }
  void take(const UsageReport& e) { usage = e.usage; }
  void take(const ResponseInfo& e) {
    model = e.model;
    response_id = e.response_id;
  }
  void take(const Finish& e) {
    EXPECT_TRUE(finish_reason_raw.empty()) << "finished twice";
    finish_reason = e.raw.empty() ? "" : finish_reason_name(e.reason);
    finish_reason_raw = e.raw;
  }
  void take(const InBandError& e) {
    error = e;
    finish_reason = "error";
  }
  static void append(std::string& to, const std::string& piece) {
    EXPECT_FALSE(piece.empty());
    EXPECT_TRUE(is_valid_utf8(piece));
    to += piece;
  }
  // Everything in one line, for comparing two readings of the same bytes.
  std::string summary() const {
    JsonArray list;
    for (const ToolCall& call : calls) {
      list.push_back(JsonArray({Json(call.id), Json(call.name), Json(call.arguments)}));
    }
    const Usage u = usage.value_or(Usage());
    return dump_json(
        JsonArray({Json(text), Json(reasoning), Json(refusal), Json(list), Json(finish_reason_raw),
                   Json(complete), Json(u.total_tokens), Json(model), Json(response_id),
                   Json(error ? error->message : std::string()), Json(parts)}));
  }
};

class Reading {
 public:
  Reading(const Provider& provider, const Json& stream)
      : decoder_(provider.decoder(string_member(stream, "content_type"))) {}
  void push(std::string_view bytes) { take(decoder_->push(bytes)); }
  Decoded finish() {
    take(decoder_->finish());
    decoded_.complete = decoder_->complete();
    return std::move(decoded_);
  }

 private:
  void take(const Result<std::vector<ModelEvent>>& events) {
    ASSERT_TRUE(events) << events.error().message;
    for (const ModelEvent& event : *events) decoded_.add(event);
  }
  std::unique_ptr<StreamDecoder> decoder_;
  Decoded decoded_;
};

Decoded decode_cut(const RecordedApi& api, const Json& stream, std::string_view bytes,
                   std::size_t cut) {
  Reading reading(*api.provider, stream);
  reading.push(bytes.substr(0, cut));
  reading.push(bytes.substr(cut));
  return reading.finish();
}

void expect_calls(const Decoded& got, const Json& expected) {
  const JsonArray& calls = expected.at("tool_calls").get_array();
  ASSERT_EQ(got.calls.size(), calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(got.calls[i].id, string_member(calls[i], "id"));
    EXPECT_EQ(got.calls[i].name, string_member(calls[i], "name"));
    if (calls[i].at("arguments_raw").is_string()) {
      EXPECT_EQ(got.calls[i].arguments, string_member(calls[i], "arguments_raw"));
    } else {
      EXPECT_EQ(*parse_json(got.calls[i].arguments), calls[i].at("arguments"));
    }
  }
}

void expect_usage(const std::optional<Usage>& got, const Json& expected) {
  ASSERT_EQ(got.has_value(), expected.is_object());
  if (!got) return;
  EXPECT_EQ(got->prompt_tokens, int_member(expected, "input_tokens"));
  EXPECT_EQ(got->completion_tokens, int_member(expected, "output_tokens"));
  EXPECT_EQ(got->total_tokens, int_member(expected, "total_tokens"));
  EXPECT_EQ(got->cached_tokens, int_member(expected, "cached_input_tokens"));
  EXPECT_EQ(got->cache_write_tokens, int_member(expected, "cache_write_tokens"));
  EXPECT_EQ(got->reasoning_tokens, int_member(expected, "reasoning_tokens"));
}

void expect_error(const std::optional<InBandError>& got, const Json& expected) {
  ASSERT_EQ(got.has_value(), expected.is_object());
  if (!got) return;
  const Json& code = expected.at("code");
  EXPECT_EQ(got->type, string_member(expected, "type"));
  EXPECT_EQ(got->code, code.is_number() ? dump_json(code) : string_member(expected, "code"));
  EXPECT_EQ(got->message, string_member(expected, "message"));
}

void expect_decoded(const RecordedApi& api, const Decoded& got, const Json& stream) {
  const Json& expected = stream.at("expected");
  EXPECT_EQ(got.text, string_member(expected, "text"));
  EXPECT_EQ(got.reasoning, string_member(expected, "reasoning"));
  EXPECT_EQ(got.refusal, string_member(expected, "refusal"));
  const std::string reason(string_member(expected, "finish_reason"));
  const auto ours = api.finish_reasons.find(reason);
  EXPECT_EQ(got.finish_reason, ours == api.finish_reasons.end() ? reason : ours->second);
  // What fails after the model has finished does not finish, and is not complete.
  const bool failed = !expected.at("error").is_null();
  if (!failed || !got.finish_reason_raw.empty()) {
    EXPECT_EQ(got.finish_reason_raw, string_member(expected, "finish_reason_raw"));
  }
  EXPECT_EQ(got.model, string_member(expected, "model"));
  EXPECT_EQ(got.response_id, string_member(expected, "response_id"));
  EXPECT_EQ(got.complete, bool_member(expected, "complete") && !failed);
  expect_calls(got, expected);
  expect_usage(got.usage, expected.at("usage"));
  expect_error(got.error, expected.at("error"));
}

// Calls `test(stream, bytes)` for each recording of the API.
template <typename Test>
void for_each_stream(const RecordedApi& api, Test test) {
  if (!manifest()) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  std::size_t streams = 0;
  for (const Json& stream : manifest()->at("streams").get_array()) {
    if (string_member(stream, "api") != api.api) continue;
    const std::string id(string_member(stream, "id"));
    if (find_member(stream, "ambiguous") || api.skipped.contains(id)) continue;
    SCOPED_TRACE(id);
    test(stream, recorded_bytes(string_member(stream, "file")));
    if (testing::Test::HasFatalFailure()) return;
    ++streams;
  }
  EXPECT_GE(streams, api.streams_min);
}

}  // namespace

void expect_whole(const RecordedApi& api) {
  for_each_stream(api, [&](const Json& stream, const std::string& bytes) {
    expect_decoded(api, decode_cut(api, stream, bytes, bytes.size()), stream);
  });
}

void expect_byte_by_byte(const RecordedApi& api) {
  for_each_stream(api, [&](const Json& stream, const std::string& bytes) {
    Reading reading(*api.provider, stream);
    for (const char& byte : bytes) reading.push(std::string_view(&byte, 1));
    expect_decoded(api, reading.finish(), stream);
  });
}

void expect_every_cut(const RecordedApi& api, std::size_t share) {
  std::mt19937 random(20'261'122);  // NOLINT: the same cuts each time.
  std::size_t number = 0;
  for_each_stream(api, [&](const Json& stream, const std::string& bytes) {
    if (number++ % kCutShares != share) return;
    const std::string whole = decode_cut(api, stream, bytes, bytes.size()).summary();
    const bool every = bytes.size() <= kEveryCutBytesMax;
    const std::size_t cuts = every ? bytes.size() : 50;
    for (std::size_t i = 0; i < cuts; ++i) {
      const std::size_t cut = every ? i : random() % bytes.size();
      ASSERT_EQ(decode_cut(api, stream, bytes, cut).summary(), whole) << "cut at byte " << cut;
    }
  });
}

}  // namespace tactus::wire
