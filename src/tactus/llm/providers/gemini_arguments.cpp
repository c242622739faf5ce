#include <charconv>
#include <variant>
#include <vector>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/gemini_arguments.hpp>

namespace tactus::llm {
namespace {

using Step = std::variant<std::string, std::size_t>;  // A member's name or an element's index.

tl::unexpected<Error> unreadable(std::string_view path) {
  return fail(ErrorCode::kProviderStream,
              fmt::format("the provider set an argument at the path '{}', which cannot be followed",
                          truncate_utf8(path, 100)));
}

// "['name']" or "[0]" at the front of `rest`, taken off it.
bool take_bracket(std::string_view& rest, std::vector<Step>& steps) {
  const char quote = rest.size() > 1 ? rest[1] : '\0';
  if (quote == '\'' || quote == '"') {
    const std::size_t end = rest.find(quote, 2);
    if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end + 1] != ']')
      return false;
    steps.emplace_back(std::string(rest.substr(2, end - 2)));
    rest.remove_prefix(end + 2);
    return true;
  }
  std::size_t index = 0;
  const char* last = rest.data() + rest.size();
  const auto [end, error] = std::from_chars(rest.data() + 1, last, index);
  if (error != std::errc() || end == last || *end != ']') return false;
  steps.emplace_back(index);
  rest.remove_prefix(static_cast<std::size_t>(end + 1 - rest.data()));
  return true;
}

// "$.a['b'][0]" as its steps; nothing when it is no such path.
std::optional<std::vector<Step>> steps_of(std::string_view path) {
  if (!path.starts_with('$')) return std::nullopt;
  std::vector<Step> steps;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    if (steps.size() == GeminiArguments::kPathStepsMax) return std::nullopt;
    if (rest.front() == '[') {
      if (!take_bracket(rest, steps)) return std::nullopt;
      continue;
    }
    if (rest.front() != '.') return std::nullopt;
    const std::size_t end = std::min(rest.find_first_of(".[", 1), rest.size());
    if (end == 1) return std::nullopt;
    steps.emplace_back(std::string(rest.substr(1, end - 1)));
    rest.remove_prefix(end);
  }
  if (steps.empty()) return std::nullopt;
  return steps;
}

// The value that `step` leads to from `from`, made if it is missing; null when the step cannot be
// taken.
Json* follow(Json& from, const Step& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    if (from.is_null()) from = JsonObject();
    return from.is_object() ? &from.get_object()[*name] : nullptr;
  }
  if (from.is_null()) from = JsonArray();
  if (!from.is_array()) return nullptr;
  const std::size_t index = std::get<std::size_t>(step);
  JsonArray& elements = from.get_array();
  if (index > elements.size()) return nullptr;
  if (index == elements.size()) elements.emplace_back(nullptr);
  return &elements[index];
}

void put(const Json& piece, Json& at) {
  if (const Json* text = find_member(piece, "stringValue"); text && text->is_string()) {
    if (at.is_string()) {
      at.get_string() += text->get_string();
    } else {
      at = *text;
    }
    return;
  }
  for (const std::string_view kind : {"numberValue", "boolValue"}) {
    if (const Json* value = find_member(piece, kind)) {
      at = *value;
      return;
    }
  }
  if (find_member(piece, "nullValue")) at = nullptr;
}

}  // namespace

void GeminiArguments::merge(const JsonObject& arguments) {
  for (const auto& member : arguments) root_.get_object()[member.key()] = member.value();
}

Result<void> GeminiArguments::add(const Json& piece) {
  const std::string_view path = string_member(piece, "jsonPath");
  const auto steps = steps_of(path);
  if (!steps) return unreadable(path);
  Json* at = &root_;
  for (const Step& step : *steps) {
    at = follow(*at, step);
    if (!at) return unreadable(path);
  }
  put(piece, *at);
  return {};
}

std::string GeminiArguments::cut() const {
  std::string text = whole();
  text.pop_back();
  return text;
}

}  // namespace tactus::llm
