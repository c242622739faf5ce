// Finds where the objects of a body begin and end, whatever its chunking: objects one after another
// (NDJSON) or the elements of one array, with any white space between them. Private to the
// providers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/base/error.hpp>

namespace tactus::llm {

class JsonObjects {
 public:
  explicit JsonObjects(std::size_t object_bytes_max = 64u << 20)
      : object_bytes_max_(object_bytes_max) {}

  // Calls `on_object` with the text of each object that `chunk` completes; valid during the call.
  // What is inside is not checked further than its strings and brackets need. Fails with
  // kProviderStream when something other than an object stands where one must begin, kLimitExceeded
  // when one is too large; unusable afterwards.
  Result<void> push(std::string_view chunk, const std::function<void(std::string_view)>& on_object);

  // Whether the bytes so far end inside an object or an array.
  bool unfinished() const { return depth_ > 0 || array_ == Array::kOpen; }

 private:
  enum class Array : std::uint8_t { kNone, kOpen, kClosed };

  Result<void> between(char c);
  // The length of the part of `chunk` that belongs to the open object.
  std::size_t inside(std::string_view chunk);

  std::size_t object_bytes_max_;
  Array array_ = Array::kNone;
  bool any_ = false;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::string object_;  // The beginning of an unfinished object, from earlier chunks.
};

}  // namespace tactus::llm
