// Faults as people write them.
#include <array>
#include <charconv>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/mock_provider.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::string_view kForms =
    "429:retry-after=2, 500:times=1, stall:after=5, cut:bytes=300, cut:chunks=5, slow:seconds=3, "
    "error:after=5:status=429, split-utf8, no-end, duplicate:after=5, tool-index:after=5";

tl::unexpected<Error> unknown(std::string_view text, std::string_view what) {
  Error error{ErrorCode::kUsage, fmt::format("fault '{}': {}", text, what), {}, {}, {}};
  error.hint = "forms: " + std::string(kForms);
  return fail(std::move(error));
}

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0;
}

bool is_error_status(int status) { return status >= 400 && status <= 599; }

bool set_kind(std::string_view name, Fault& fault) {
  using Kind = Fault::Kind;
  if (name == "stall")
    fault.kind = Kind::kStall;
  else if (name == "cut")
    fault.kind = Kind::kCutAfterChunks;
  else if (name == "slow")
    fault.kind = Kind::kSlowFirstByte;
  else if (name == "error")
    fault.kind = Kind::kErrorAfterChunks;
  else if (name == "split-utf8")
    fault.kind = Kind::kSplitUtf8;
  else if (name == "no-end")
    fault.kind = Kind::kNoEndMark;
  else if (name == "duplicate")
    fault.kind = Kind::kDuplicate;
  else if (name == "tool-index")
    fault.kind = Kind::kWrongToolIndex;
  else {
    fault.kind = Kind::kStatus;
    return read_number(name, fault.status) && is_error_status(fault.status);
  }
  return true;
}

bool counts_deltas(Fault::Kind kind) {
  using Kind = Fault::Kind;
  return kind == Kind::kStall || kind == Kind::kErrorAfterChunks || kind == Kind::kDuplicate ||
         kind == Kind::kWrongToolIndex;
}

bool set_option(std::string_view key, std::string_view value, Fault& fault) {
  using Kind = Fault::Kind;
  if (key == "times") return read_number(value, fault.times);
  if (key == "seconds" && (fault.kind == Kind::kSlowFirstByte || fault.kind == Kind::kStall))
    return read_number(value, fault.seconds);
  if (key == "retry-after" && fault.kind == Kind::kStatus)
    return read_number(value, fault.retry_after_s.emplace());
  if (key == "status" && fault.kind == Kind::kErrorAfterChunks)
    return read_number(value, fault.status) && is_error_status(fault.status);
  if (key == "after" && counts_deltas(fault.kind)) return read_number(value, fault.at);
  if (key == "chunks" && fault.kind == Kind::kCutAfterChunks) return read_number(value, fault.at);
  if (key == "bytes" && fault.kind == Kind::kCutAfterChunks) {
    fault.kind = Kind::kCutAtByte;
    return read_number(value, fault.at);
  }
  return false;
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  Fault fault;
  if (trim(text).empty()) return fault;
  bool first = true;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(":,", from), text.size());
    const std::string_view part = trim(text.substr(from, end - from));
    from = end + 1;
    if (first) {
      if (!set_kind(part, fault)) return unknown(text, fmt::format("unknown kind '{}'", part));
      first = false;
      continue;
    }
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos ||
        !set_option(part.substr(0, equals), part.substr(equals + 1), fault)) {
      return unknown(text, fmt::format("'{}' does not fit here", part));
    }
  }
  return fault;
}

}  // namespace tactus::llm::mock
