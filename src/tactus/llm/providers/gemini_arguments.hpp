// The arguments of a function call that Vertex streams in pieces: each piece sets the value at a
// JSON path, strings of one path append. Private to the providers.
#pragma once

#include <string>

#include <tactus/base/json.hpp>

namespace tactus::llm {

class GeminiArguments {
 public:
  static constexpr std::size_t kPathStepsMax = 64;

  // Takes members that came whole.
  void merge(const JsonObject& arguments);
  // Takes one of `partialArgs`: `{jsonPath: "$.a[0].b", stringValue | numberValue | boolValue |
  // nullValue}`. Fails with kProviderStream when the path cannot be read or skips elements.
  Result<void> add(const Json& piece);

  // The arguments so far as JSON text; one that is cut on purpose while more is to come, so that
  // nobody takes half of them for the whole.
  std::string whole() const { return dump_json(root_); }
  std::string cut() const;

 private:
  Json root_ = JsonObject();
};

}  // namespace tactus::llm
