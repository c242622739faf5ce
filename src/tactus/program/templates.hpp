// Templates of language.md 5: `{path}` in prompts and messages. Pure, any thread. Uses: base.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::program {

// The value that a path such as "input.topic" or "state.items[1]" stands for. Null is a declared
// field without a value and renders as empty text; nothing means that the path leads nowhere.
using TemplateLookup = std::function<std::optional<Json>(std::string_view path)>;

// `text` with each `{path}` replaced: texts as they are, other values as JSON. A path is names
// joined by dots with optional [n], without blanks; any other braces stay as written, and
// `{{path}}` gives
// `{path}`. A marker without a value stays verbatim and is told to `unresolved` (may be empty),
// each time it occurs. What was inserted is not rendered again.
std::string render(std::string_view text, const TemplateLookup& lookup,
                   const std::function<void(std::string_view path)>& unresolved = {});

// The paths of the markers in `text`, in order, each once.
std::vector<std::string> template_markers(std::string_view text);

// The value inside `root` that `path` leads to; positions count from 1. Nothing when it is not
// there. An empty path is `root` itself.
std::optional<Json> value_at_path(const Json& root, std::string_view path);

}  // namespace tactus::program
