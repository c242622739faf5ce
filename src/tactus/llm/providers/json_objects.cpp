#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/json_objects.hpp>

namespace tactus::llm {

Result<void> JsonObjects::push(std::string_view chunk,
                               const std::function<void(std::string_view)>& on_object) {
  while (!chunk.empty()) {
    if (depth_ == 0 && chunk.front() != '{') {
      if (auto allowed = between(chunk.front()); !allowed) return allowed;
      chunk.remove_prefix(1);
      continue;
    }
    const std::size_t size = inside(chunk);
    if (size > object_bytes_max_ - object_.size()) {
      return fail(ErrorCode::kLimitExceeded, "one object of the provider's answer is too large");
    }
    const std::string_view part = chunk.substr(0, size);
    chunk.remove_prefix(size);
    if (depth_ > 0) {
      object_ += part;
    } else if (object_.empty()) {
      on_object(part);
    } else {
      object_ += part;
      const std::string whole = std::move(object_);
      object_.clear();
      on_object(whole);
    }
  }
  return {};
}

Result<void> JsonObjects::between(char c) {
  if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) return {};
  if (c == '[' && array_ == Array::kNone && !any_) {
    array_ = Array::kOpen;
    return {};
  }
  if (c == ']' && array_ == Array::kOpen) {
    array_ = Array::kClosed;
    return {};
  }
  if (c == ',' && array_ == Array::kOpen) return {};
  const std::string_view where = any_ ? "after an object" : "as its answer";
  return fail(ErrorCode::kProviderStream,
              fmt::format("the provider sent something that is not JSON {}: it begins with '{}'",
                          where, repair_utf8({&c, 1})));
}

std::size_t JsonObjects::inside(std::string_view chunk) {
  any_ = true;
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const char c = chunk[i];
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = c != '"';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      return i + 1;
    }
  }
  return chunk.size();
}

}  // namespace tactus::llm
