#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/json_parser.hpp>
#include <tactus/llm/providers/surrogates.hpp>

namespace tactus::llm {
namespace {

constexpr std::size_t kArenaBytes = 4 * 1024;  // A usual chunk needs 2 KiB; each stream has one.
constexpr std::size_t kShownBytesMax = 200;

boost::json::parse_options options() {
  boost::json::parse_options options;
  options.max_depth = 200;
  options.allow_invalid_utf8 = true;  // A sequence may be cut between two chunks; we join it.
  return options;
}

}  // namespace

AnswerParser::AnswerParser()
    : arena_(kArenaBytes),
      resource_(arena_.data(), arena_.size()),
      parser_(boost::json::storage_ptr(), options()) {}

Result<Json> AnswerParser::parse(std::string_view text) {
  parser_.reset();  // What a failed parse left behind still lies in the arena.
  resource_.release();
  parser_.reset(&resource_);
  boost::system::error_code error;
  parser_.write(text.data(), text.size(), error);
  if (error) {
    // Half of a surrogate pair is the one thing in real streams that strict JSON has no place for.
    const std::string repaired = replace_lone_surrogates(text);
    parser_.reset(&resource_);
    parser_.write(repaired.data(), repaired.size(), error);
  }
  if (error) {
    return fail(ErrorCode::kProviderStream,
                fmt::format("the provider sent something that is not JSON ({}): {}",
                            error.message(), shown_bytes(text)));
  }
  return parser_.release();
}

Json kept(const Json& value) {
  const std::string text = dump_json(value);
  if (is_valid_utf8(text)) return Json(value, boost::json::storage_ptr());
  return parse_json(repair_utf8(text)).value_or(Json(nullptr));
}

std::string shown_bytes(std::string_view text) {
  return repair_utf8(text.substr(0, kShownBytesMax));
}

}  // namespace tactus::llm
