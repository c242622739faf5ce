#include <algorithm>
#include <array>
#include <cmath>

#include <openssl/evp.h>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/base64.hpp>
#include <tactus/llm/cassette/recording.hpp>

namespace tactus::llm::cassette {
namespace {

constexpr std::array<std::string_view, 3> kEnds = {"complete", "failed", "cancelled"};
constexpr std::size_t kKeyShown = 12;   // Digits of the key in a file's name.
constexpr std::size_t kPeerShown = 40;  // Bytes of the peer.

Json with_sorted_keys(const Json& value) {
  if (const JsonArray* list = value.if_array()) {
    JsonArray sorted;
    for (const Json& item : *list) sorted.push_back(with_sorted_keys(item));
    return sorted;
  }
  const JsonObject* object = value.if_object();
  if (!object) return value;
  std::vector<std::string_view> names;
  for (const auto& member : *object) names.push_back(member.key());
  std::sort(names.begin(), names.end());
  JsonObject sorted;
  for (const std::string_view name : names) sorted[name] = with_sorted_keys(object->at(name));
  return sorted;
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

double milliseconds_of(Recording::Time time) { return static_cast<double>(time.count()) / 1000; }

void add_line(std::string& out, JsonObject line) {
  out += dump_json(Json(std::move(line)));
  out += '\n';
}

JsonObject head_line(const Recording& recording) {
  JsonObject headers;
  for (const auto& [name, value] : recording.head->headers)
    headers.emplace(name, repair_utf8(value));
  return {{"t_ms", milliseconds_of(recording.head_at)},
          {"status", recording.head->status},
          {"headers", std::move(headers)}};
}

JsonObject chunk_line(const Recording::Chunk& chunk) {
  JsonObject line{{"t_ms", milliseconds_of(chunk.at)}};
  if (is_valid_utf8(chunk.bytes)) {
    line["text"] = chunk.bytes;
  } else {
    line["base64"] = to_base64(chunk.bytes);
  }
  return line;
}

JsonObject end_line(const Recording& recording) {
  JsonObject line{{"t_ms", milliseconds_of(recording.end_at)},
                  {"end", kEnds.at(static_cast<std::size_t>(recording.end))}};
  if (recording.error) {
    const Error& error = *recording.error;
    line["error"] = JsonObject{{"code", error_code_name(error.code)},
                               {"message", repair_utf8(error.message)},
                               {"hint", repair_utf8(error.hint)}};
  }
  return line;
}

// Reads the lines of one file, each of which knows what may follow it.
class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<Recording> read() {
    for (; !text_.empty(); ++number_) {
      const std::size_t end = text_.find('\n');
      if (end == std::string_view::npos) return wrong("breaks off");
      const std::string_view line = text_.substr(0, end);
      text_.remove_prefix(end + 1);
      const auto parsed = parse_json(line);
      if (!parsed || !parsed->is_object()) return wrong("is no JSON object");
      if (ended_) return wrong("comes after the end");
      if (auto taken = take(*parsed); !taken) return fail(taken.error());
    }
    if (!ended_) return wrong("is missing: the recording breaks off before its end");
    return std::move(recording_);
  }

 private:
  tl::unexpected<Error> wrong(const std::string& what) const {
    Error error;
    error.code = ErrorCode::kFile;
    error.message = "the cassette is damaged: line " + std::to_string(number_) + " " + what;
    error.hint = "record it again, or take it back from version control";
    error.place = Place{file_, number_, 0};
    return fail(std::move(error));
  }

  Result<void> take(const Json& line) {
    if (number_ == 1) return take_title(line);
    if (number_ == 2) {
      const Json* asked = find_member(line, "asked");
      if (!asked) return wrong("must hold what was asked");
      recording_.subject.asked = *asked;
      return {};
    }
    const Json* time = find_member(line, "t_ms");
    if (!time || !time->is_number() || !(time->to_number<double>() >= 0))
      return wrong("has no time");
    const Recording::Time at(std::llround(std::min(time->to_number<double>(), 1e12) * 1000));
    if (find_member(line, "status")) return take_head(line, at);
    if (find_member(line, "end")) return take_end(line, at);
    return take_chunk(line, at);
  }

  Result<void> take_title(const Json& line) {
    const Json* version = find_member(line, "tactus_cassette");
    if (!version || !version->is_int64()) return wrong("says of no cassette");
    if (version->get_int64() != kVersion) {
      Error error;
      error.code = ErrorCode::kFile;
      error.message = fmt::format("the cassette has version {}; this version of Tactus reads {}",
                                  version->get_int64(), kVersion);
      error.hint = "record it again, or use the version of Tactus that wrote it";
      error.place = Place{file_, 1, 0};
      return fail(std::move(error));
    }
    recording_.key = string_member(line, "key");
    recording_.occurrence = static_cast<int>(int_member(line, "occurrence"));
    recording_.subject.kind = string_member(line, "kind");
    recording_.subject.peer = string_member(line, "peer");
    recording_.subject.place = string_member(line, "place");
    if (recording_.key.size() < kKeyShown || recording_.occurrence < 1 ||
        recording_.subject.kind.empty())
      return wrong("must have `key`, `occurrence` and `kind`");
    return {};
  }

  Result<void> take_head(const Json& line, Recording::Time at) {
    if (recording_.head) return wrong("is a second status");
    recording_.head.emplace();
    recording_.head_at = at;
    recording_.head->status = static_cast<int>(int_member(line, "status"));
    if (recording_.head->status < 100 || recording_.head->status > 599)
      return wrong("has a status that does not exist");
    const Json* headers = find_member(line, "headers");
    if (!headers || !headers->is_object()) return wrong("has no headers");
    for (const auto& member : headers->get_object()) {
      if (!member.value().is_string()) return wrong("has a header that is no text");
      recording_.head->headers.emplace_back(to_lower(member.key()),
                                            std::string(member.value().get_string()));
    }
    return {};
  }

  Result<void> take_chunk(const Json& line, Recording::Time at) {
    if (!recording_.head) return wrong("comes before the status");
    const Json* text = find_member(line, "text");
    if (text && text->is_string()) {
      recording_.chunks.push_back({at, std::string(text->get_string())});
      return {};
    }
    const Json* encoded = find_member(line, "base64");
    if (!encoded || !encoded->is_string()) return wrong("has neither `text` nor `base64`");
    auto bytes = from_base64(encoded->get_string());
    if (!bytes) return wrong("holds what is no base64");
    recording_.chunks.push_back({at, std::move(*bytes)});
    return {};
  }

  Result<void> take_end(const Json& line, Recording::Time at) {
    const auto end = std::find(kEnds.begin(), kEnds.end(), string_member(line, "end"));
    if (end == kEnds.end()) return wrong("ends in a way that is not known");
    recording_.end = static_cast<Recording::End>(end - kEnds.begin());
    recording_.end_at = at;
    ended_ = true;
    if (recording_.end == Recording::End::kComplete && !recording_.head)
      return wrong("ends an answer without a status");
    if (recording_.end != Recording::End::kFailed) return {};
    const Json* error = find_member(line, "error");
    const auto code = error ? error_code_from_name(string_member(*error, "code")) : std::nullopt;
    if (!code) return wrong("does not say what failed");
    recording_.error.emplace();
    recording_.error->code = *code;
    recording_.error->message = string_member(*error, "message");
    recording_.error->hint = string_member(*error, "hint");
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  int number_ = 1;
  bool ended_ = false;
  Recording recording_;
};

}  // namespace

std::string key_of(const net::RequestSubject& subject) {
  const JsonObject all{
      {"kind", subject.kind}, {"peer", subject.peer}, {"asked", with_sorted_keys(subject.asked)}};
  return sha256_hex(dump_json(Json(all)));
}

std::string file_name(const Recording& recording) {
  std::string peer;
  for (const char c : to_lower(recording.subject.peer).substr(0, kPeerShown)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    peer += plain ? c : '_';
  }
  return fmt::format("{}-{}-{}-{}{}", recording.subject.kind, peer,
                     recording.key.substr(0, kKeyShown), recording.occurrence, kSuffix);
}

std::string format_recording(const Recording& recording) {
  std::string out;
  add_line(out, {{"tactus_cassette", kVersion},
                 {"key", recording.key},
                 {"occurrence", recording.occurrence},
                 {"kind", recording.subject.kind},
                 {"peer", recording.subject.peer},
                 {"place", recording.subject.place}});
  add_line(out, {{"asked", recording.subject.asked}});
  if (recording.head) add_line(out, head_line(recording));
  for (const Recording::Chunk& chunk : recording.chunks) add_line(out, chunk_line(chunk));
  add_line(out, end_line(recording));
  return out;
}

Result<Recording> parse_recording(std::string_view text, const std::string& file) {
  return Reader(text, file).read();
}

}  // namespace tactus::llm::cassette
