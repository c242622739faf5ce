#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_language.hpp>
#include <tactus/llm/mock/demo_values.hpp>

namespace tactus::llm::mock {
namespace {

constexpr int kDepthMax = 24;  // Of required nesting; deeper schemas cannot be met anyway.
constexpr int kOptionalDepthMax =
    4;  // Optional members of deeper objects are left out, which ends recursive schemas.

std::optional<double> bound(const JsonObject& schema, std::string_view key) {
  const Json* member = schema.if_contains(key);
  if (!member || !member->is_number()) return std::nullopt;
  return member->to_number<double>();
}

std::size_t size_bound(const JsonObject& schema, std::string_view key, std::size_t fallback) {
  const auto found = bound(schema, key);
  return found && *found >= 0 ? static_cast<std::size_t>(*found) : fallback;
}

// The type to make: the first of a list that is not null; guessed from other keywords when absent.
std::string type_of(const JsonObject& schema) {
  if (const Json* type = schema.if_contains("type")) {
    if (type->is_string()) return std::string(type->get_string());
    if (const JsonArray* list = type->if_array()) {
      for (const Json& one : *list) {
        if (one.is_string() && one.get_string() != "null") return std::string(one.get_string());
      }
      return "null";
    }
  }
  for (const char* key : {"properties", "required", "additionalProperties"}) {
    if (schema.contains(key)) return "object";
  }
  for (const char* key : {"items", "prefixItems", "minItems"}) {
    if (schema.contains(key)) return "array";
  }
  for (const char* key :
       {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}) {
    if (schema.contains(key)) return "number";
  }
  return "string";
}

bool has(std::string_view name, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](auto part) { return name.find(part) != std::string_view::npos; });
}

}  // namespace

ValueSource::ValueSource(const Conversation& conversation, Chance& chance, Fill fill)
    : conversation_(conversation),
      chance_(chance),
      fill_(fill),
      said_(conversation.said()),
      topic_(subject(conversation.prompt)),
      keywords_(keywords(conversation.prompt)),
      quoted_(quoted(conversation.prompt)),
      names_(proper_names(said_)),
      numbers_(numbers(conversation.prompt)) {
  if (topic_.empty()) topic_ = subject(conversation.system);
  if (topic_.empty()) topic_ = "a sample";
  if (keywords_.empty()) keywords_ = keywords(conversation.system);
  if (keywords_.empty()) keywords_ = {"sample", "demo", "offline"};
}

Json ValueSource::value(const JsonObject& schema) {
  root_ = &schema;
  return make(schema, {}, 0);
}

const JsonObject& ValueSource::resolve(const JsonObject& schema) const {
  const JsonObject* at = &schema;
  for (int hops = 0; hops < 16; ++hops) {
    const Json* ref = at->if_contains("$ref");
    if (!ref || !ref->is_string()) return *at;
    const std::string path(ref->get_string());
    if (!path.starts_with("#")) return *at;
    // Walked by hand: the result must point into the schema itself.
    const JsonObject* found = root_;
    for (std::size_t from = 2; found && from <= path.size();) {
      const std::size_t end = std::min(path.find('/', from), path.size());
      const Json* member = found->if_contains(path.substr(from, end - from));
      found = member ? member->if_object() : nullptr;
      from = end + 1;
    }
    if (!found) return *at;
    at = found;
  }
  return *at;
}

Json ValueSource::make(const JsonObject& given, std::string_view name, int depth) {
  const JsonObject& schema = resolve(given);
  if (depth > kDepthMax) return nullptr;
  if (const Json* constant = schema.if_contains("const")) return *constant;
  if (const Json* choices = schema.if_contains("enum");
      choices && choices->is_array() && !choices->get_array().empty()) {
    const JsonArray& list = choices->get_array();
    const std::string own = mention(said_, name);
    for (const std::string_view where : {std::string_view(own), std::string_view(said_)}) {
      for (const Json& choice : list) {
        if (choice.is_string() && mentions(where, std::string(choice.get_string()))) return choice;
      }
    }
    return list.front();
  }
  for (const char* key : {"anyOf", "oneOf"}) {
    const Json* list = schema.if_contains(key);
    if (!list || !list->is_array()) continue;
    // At depth the simplest branch ends recursion.
    const JsonObject* chosen = nullptr;
    for (const Json& branch : list->get_array()) {
      if (!branch.is_object()) continue;
      const JsonObject& option = resolve(branch.get_object());
      const std::string type = type_of(option);
      const bool nested = type == "object" || type == "array";
      if (!chosen || (type_of(resolve(*chosen)) == "null" && depth < 8) || (depth >= 8 && !nested))
        chosen = &option;
    }
    if (!chosen) continue;
    JsonObject merged = schema;
    merged.erase(key);
    for (const auto& [member, content] : *chosen) merged[member] = content;
    return make(merged, name, depth + 1);
  }
  if (const Json* all = schema.if_contains("allOf"); all && all->is_array()) {
    JsonObject merged = schema;
    merged.erase("allOf");
    for (const Json& part : all->get_array()) {
      if (!part.is_object()) continue;
      for (const auto& [member, content] : resolve(part.get_object())) {
        Json* have = merged.if_contains(member);
        if (have && have->is_object() && content.is_object()) {
          for (const auto& [inner, inner_content] : content.get_object())
            have->get_object()[inner] = inner_content;
        } else if (have && have->is_array() && content.is_array() && member == "required") {
          for (const Json& item : content.get_array()) have->get_array().push_back(item);
        } else {
          merged[member] = content;
        }
      }
    }
    return make(merged, name, depth + 1);
  }
  const std::string type = type_of(schema);
  if (type == "object") return object(schema, depth);
  if (type == "array") return array(schema, name, depth);
  if (type == "integer" || type == "number") return number(schema, name, type == "integer");
  if (type == "null") return nullptr;
  if (type == "boolean") {
    const std::string said = to_lower(mention(said_, name));
    if (said == "true" || said == "yes" || said == "on") return true;
    if (said == "false" || said == "no" || said == "off") return false;
    if (const Json* fallback = schema.if_contains("default"); fallback && fallback->is_bool())
      return *fallback;
    return has(to_lower(name), {"ok", "success", "valid", "done", "complete", "approved"}) ||
           chance_.below(2) == 0;
  }
  return Json(text(schema, name));
}

bool ValueSource::is_said(const JsonObject& given, std::string_view name) {
  const JsonObject& schema = resolve(given);
  if (!mention(said_, name).empty()) return true;
  if (const Json* choices = schema.if_contains("enum"); choices && choices->is_array()) {
    for (const Json& choice : choices->get_array()) {
      if (choice.is_string() && mentions(said_, std::string(choice.get_string()))) return true;
    }
  }
  return false;
}

Json ValueSource::object(const JsonObject& schema, int depth) {
  JsonObject out;
  std::vector<std::string> required;
  if (const Json* list = schema.if_contains("required"); list && list->is_array()) {
    for (const Json& item : list->get_array()) {
      if (item.is_string()) required.emplace_back(item.get_string());
    }
  }
  const auto is_required = [&](std::string_view name) {
    return std::find(required.begin(), required.end(), name) != required.end();
  };
  if (const Json* properties = schema.if_contains("properties");
      properties && properties->is_object()) {
    for (const auto& [key, content] : properties->get_object()) {
      const std::string_view name(key.data(), key.size());
      static const JsonObject kAnything;
      const JsonObject& field = content.is_object() ? content.get_object() : kAnything;
      const bool wanted =
          fill_ == Fill::kEverything ? depth < kOptionalDepthMax : is_said(field, name);
      if (!is_required(name) && (!wanted || content == Json(false))) continue;
      out[key] = make(field, name, depth + 1);
    }
  }
  const Json* others = schema.if_contains("additionalProperties");
  static const JsonObject kAnything;
  const JsonObject& other = others && others->is_object() ? others->get_object() : kAnything;
  for (const std::string& name : required) {
    if (!out.contains(name)) out[name] = make(other, name, depth + 1);
  }
  const std::size_t size_min =
      size_bound(schema, "minProperties", others && others->is_object() && out.empty() ? 1 : 0);
  for (std::size_t i = 0; out.size() < size_min && i < size_min + out.size() + 16; ++i) {
    std::string name = next_keyword();
    if (out.contains(name)) name += "_" + std::to_string(i + 2);
    out[name] = make(other, name, depth + 1);
  }
  return out;
}

Json ValueSource::array(const JsonObject& schema, std::string_view name, int depth) {
  JsonArray out;
  if (const Json* first = schema.if_contains("prefixItems"); first && first->is_array()) {
    for (const Json& item : first->get_array()) {
      out.push_back(make(item.is_object() ? item.get_object() : JsonObject(), name, depth + 1));
    }
  }
  const Json* items = schema.if_contains("items");
  if (items && items->is_bool() && !items->get_bool()) return out;
  static const JsonObject kText{{"type", "string"}};
  const JsonObject& item = items && items->is_object() ? items->get_object() : kText;
  const std::size_t size_min = size_bound(schema, "minItems", 0);
  const std::size_t size_max =
      size_bound(schema, "maxItems", std::numeric_limits<std::size_t>::max());
  const Limits limits = find_limits(conversation_.prompt);
  const std::size_t usual = depth <= 2 ? limits.items.value_or(3) : (depth <= 5 ? 2 : 0);
  const std::size_t size = std::min(std::max(usual, size_min), size_max);
  const Json* unique = schema.if_contains("uniqueItems");
  const bool distinct = (unique && *unique == Json(true)) || type_of(resolve(item)) == "string";
  std::string singular(name);
  if (singular.size() > 3 && singular.ends_with('s') && !singular.ends_with("ss"))
    singular.pop_back();
  const Json* choices = resolve(item).if_contains("enum");
  for (std::size_t i = 0; out.size() < size && i < size + 40; ++i) {
    Json value = make(item, singular, depth + 1);
    const bool known = std::find(out.begin(), out.end(), value) != out.end();
    // A repeated choice gives way to the next one of the list.
    if (known && choices && choices->is_array() && i < choices->get_array().size()) {
      value = choices->get_array()[i];
    }
    const bool repeated = std::find(out.begin(), out.end(), value) != out.end();
    const bool needed = out.size() < size_min && !(unique && *unique == Json(true));
    if (repeated && distinct && !(needed && i >= size + 20)) continue;
    out.push_back(std::move(value));
  }
  return out;
}

Json ValueSource::number(const JsonObject& schema, std::string_view name, bool integral) {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
  if (const auto found = bound(schema, "minimum")) low = *found;
  if (const auto found = bound(schema, "maximum")) high = *found;
  if (const auto found = bound(schema, "exclusiveMinimum"); found && *found >= low)
    low = *found, low_open = true;
  if (const auto found = bound(schema, "exclusiveMaximum"); found && *found <= high)
    high = *found, high_open = true;
  const double step = bound(schema, "multipleOf").value_or(integral ? 1.0 : 0.0);
  const auto fits = [&](double x) {
    const bool above = low_open ? x > low : x >= low;
    const bool below = high_open ? x < high : x <= high;
    const bool whole = !integral || std::floor(x) == x;
    const bool multiple = step <= 0 || std::abs(x / step - std::round(x / step)) < 1e-9;
    return above && below && whole && multiple;
  };
  const auto as_json = [&](double x) -> Json {
    if (std::floor(x) == x && std::abs(x) < 9e15) return static_cast<std::int64_t>(x);
    return x;
  };
  const std::vector<double> named = numbers(mention(said_, name));
  if (!named.empty() && fits(named.front())) {
    const auto used = std::find(numbers_.begin(), numbers_.end(), named.front());
    if (used != numbers_.end() && static_cast<std::size_t>(used - numbers_.begin()) == next_number_)
      ++next_number_;
    return as_json(named.front());
  }
  while (next_number_ < numbers_.size()) {
    const double x = numbers_[next_number_++];
    if (fits(x)) return as_json(x);
  }
  if (const Json* fallback = schema.if_contains("default"); fallback && fallback->is_number())
    return *fallback;
  const std::string lower = to_lower(name);
  double wish = static_cast<double>(2 + chance_.below(19));
  if (has(lower, {"confidence", "probability", "ratio", "fraction", "relevance", "weight"}))
    wish = 0.5 + 0.49 * chance_.unit();
  if (has(lower, {"score", "rating", "stars"})) wish = static_cast<double>(3 + chance_.below(2));
  if (has(lower, {"percent", "progress"})) wish = static_cast<double>(40 + chance_.below(60));
  if (has(lower, {"year"})) wish = static_cast<double>(1990 + chance_.below(37));
  if (has(lower, {"age"})) wish = static_cast<double>(20 + chance_.below(50));
  if (has(lower, {"price", "cost", "amount", "total"}))
    wish = 5 + static_cast<double>(chance_.below(9500)) / 100;
  if (has(lower, {"lat"})) wish = 47.05;
  if (has(lower, {"lon", "lng"})) wish = 8.31;
  if (has(lower, {"word_count", "words"}))
    wish = static_cast<double>(count_words(conversation_.prompt));
  wish = integral ? std::round(wish) : std::round(wish * 100) / 100;
  if (step > 0) wish = std::round(wish / step) * step;
  if (fits(wish)) return as_json(wish);
  // Bounded away from what was wished: a point inside, on the grid of `step`.
  double base = std::isfinite(low) ? low : (std::isfinite(high) ? high - 10 : 0);
  if (std::isfinite(low) && std::isfinite(high))
    base = low + (high - low) * (0.35 + 0.3 * chance_.unit());
  if (step > 0) {
    for (const double candidate :
         {std::round(base / step) * step, std::ceil(base / step) * step,
          std::floor(base / step) * step, (std::floor(low / step) + 1) * step,
          std::ceil(low / step) * step, std::floor(high / step) * step}) {
      if (std::isfinite(candidate) && fits(candidate)) return as_json(candidate);
    }
  }
  const double rounded = std::round(base * 100) / 100;
  if (fits(rounded)) return as_json(rounded);
  if (!fits(base) && !std::isfinite(high)) base = low + 1;
  if (!fits(base) && !std::isfinite(low)) base = high - 1;
  return as_json(base);
}

}  // namespace tactus::llm::mock
