#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <tactus/base/text.hpp>
#include <tactus/runtime/human.hpp>

namespace tactus::runtime {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"approval", "input", "review", "escalation"};
constexpr std::array<std::string_view, 4> kMessages = {"Approval requested", "Input requested",
                                                       "Review requested", "Escalation required"};
constexpr std::array<std::string_view, 5> kInputTypes = {"text", "number", "integer", "boolean",
                                                         "json"};

Error option_error(std::string message, std::string hint = {}) {
  Error error;
  error.code = ErrorCode::kHitlOption;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

std::vector<std::string> keys_of(HumanKind kind) {
  std::vector<std::string> keys = {
      "message",     "context", "timeout",    "on_timeout", "default_on_timeout",
      "max_retries", "default", "config_key", "type"};
  const auto add = [&](std::initializer_list<const char*> more) {
    keys.insert(keys.end(), more.begin(), more.end());
  };
  if (kind == HumanKind::kInput)
    add({"prompt", "placeholder", "input_type", "required", "options"});
  if (kind == HumanKind::kReview) add({"artifact", "artifact_type", "options"});
  if (kind == HumanKind::kEscalation) add({"severity"});
  if (kind == HumanKind::kApproval) add({"options"});
  return keys;
}

Result<void> check_keys(HumanKind kind, const JsonObject& keys) {
  const std::vector<std::string> known = keys_of(kind);
  for (const auto& member : keys) {
    const std::string key(member.key());
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto match = closest_match(key, known);
    return fail(option_error(
        fmt::format("a request for {} has no key '{}'", human_kind_name(kind), key),
        match ? fmt::format("did you mean '{}'?", *match) : "keys: " + join(known, ", ")));
  }
  return {};
}

// A list of {label, type}; strings are labels.
Result<JsonArray> options_from(const Json& given) {
  if (!given.is_array() || given.get_array().empty())
    return fail(option_error("`options` must be a list that is not empty"));
  JsonArray options;
  for (const Json& option : given.get_array()) {
    JsonObject full;
    if (option.is_string()) {
      full["label"] = option;
    } else if (option.is_object() && !string_member(option, "label").empty()) {
      full = option.get_object();
    } else {
      return fail(option_error("an option is a text or a table with a `label`"));
    }
    if (!full.contains("type")) full["type"] = "action";
    if (full["type"] != "action" && full["type"] != "cancel")
      return fail(option_error("the `type` of an option is \"action\" or \"cancel\""));
    options.push_back(std::move(full));
  }
  return options;
}

JsonArray default_options() {
  return {JsonObject{{"label", "Approve"}, {"type", "action"}},
          JsonObject{{"label", "Reject"}, {"type", "cancel"}}};
}

std::vector<std::string> labels_of(const Json& request) {
  std::vector<std::string> labels;
  const Json* options = find_member(request, "options");
  if (!options || !options->is_array()) return labels;
  for (const Json& option : options->get_array())
    labels.emplace_back(string_member(option, "label"));
  return labels;
}

bool is_label(const Json& request, std::string_view label) {
  const std::vector<std::string> labels = labels_of(request);
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

Result<void> read_timeout(HumanRequest& request, const JsonObject& keys) {
  if (const Json* timeout = keys.if_contains("timeout")) {
    if (!timeout->is_number())
      return fail(option_error("`timeout` must be a duration, for example \"15m\""));
    if (request.kind == HumanKind::kEscalation)
      return fail(option_error("an escalation has no timeout: it waits for a human"));
    request.timeout_s = timeout->to_number<double>();
  }
  if (const Json* action = keys.if_contains("on_timeout")) {
    const std::string_view word = action->is_string() ? std::string_view(action->get_string()) : "";
    if (word == "error") {
      request.on_timeout = OnTimeout::kError;
    } else if (word == "retry") {
      request.on_timeout = OnTimeout::kRetry;
    } else if (word != "default") {
      return fail(option_error("`on_timeout` is \"default\", \"error\" or \"retry\""));
    }
  }
  if (const Json* retries = keys.if_contains("max_retries")) {
    if (!retries->is_int64() || retries->get_int64() < 0)
      return fail(option_error("`max_retries` must be a number from 0"));
    request.max_retries = static_cast<int>(std::min<std::int64_t>(retries->get_int64(), 1000));
  }
  return {};
}

Result<void> read_options(HumanRequest& request, const JsonObject& keys) {
  if (const Json* options = keys.if_contains("options")) {
    auto list = options_from(*options);
    if (!list) return fail(list.error());
    request.fields["options"] = std::move(*list);
  } else if (request.kind == HumanKind::kReview) {
    request.fields["options"] = default_options();
  }
  const Json fields(request.fields);
  const Json* fallback = request.fields.if_contains("default");
  if (request.kind == HumanKind::kReview && fallback && !fallback->is_null() &&
      (!fallback->is_string() || !is_label(fields, fallback->get_string()))) {
    return fail(option_error("the `default` of a review is one of its labels: " +
                             join(labels_of(fields), ", ")));
  }
  return {};
}

Result<Json> wrong_answer(std::string what, std::string hint) {
  return fail(option_error(std::move(what), std::move(hint)));
}

std::string lowered(std::string_view text) {
  std::string lower(trim(text));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Result<Json> check_approval(Json value) {
  if (value.is_bool()) return value;
  const std::string word = value.is_string() ? lowered(value.get_string()) : "";
  for (const char* yes : {"true", "yes", "y", "1", "approve", "approved"})
    if (word == yes) return Json(true);
  for (const char* no : {"false", "no", "n", "0", "deny", "denied", "reject"})
    if (word == no) return Json(false);
  return wrong_answer("an approval is answered with true or false", "yes and no will do, too");
}

Result<Json> check_input(const Json& request, Json value) {
  const std::string_view type = string_member(request, "input_type", "text");
  const bool empty = value.is_null() || (value.is_string() && value.get_string().empty());
  if (empty && bool_member(request, "required"))
    return wrong_answer("an answer is required", "send a value");
  if (empty) return type == "text" && value.is_string() ? value : Json(nullptr);
  const std::vector<std::string> labels = labels_of(request);
  if (!labels.empty() && (!value.is_string() || !is_label(request, value.get_string())))
    return wrong_answer("the answer is none of the options", "options: " + join(labels, ", "));
  if (type == "text") return value.is_string() ? value : Json(dump_json(value));
  if (type == "json") {
    if (!value.is_string()) return value;
    auto parsed = parse_json(value.get_string());
    if (!parsed) return wrong_answer("the answer is not JSON: " + parsed.error().message, "");
    return parsed;
  }
  if (value.is_string()) {
    if (type == "boolean") return check_approval(std::move(value));
    auto parsed = parse_json(trim(value.get_string()));
    value = parsed ? std::move(*parsed) : Json(nullptr);
  }
  if (type == "boolean" && value.is_bool()) return value;
  if (type == "number" && value.is_number()) return value;
  if (type == "integer" && value.is_double() &&
      value.get_double() == std::floor(value.get_double()))
    value = static_cast<std::int64_t>(value.get_double());
  if (type == "integer" && value.is_int64()) return value;
  return wrong_answer(fmt::format("the answer must be of type {}", type),
                      type == "integer"  ? "for example 3"
                      : type == "number" ? "for example 2.5"
                                         : "true or false");
}

// A default is what an answer of the same words would be; that of a text stays as the program gave
// it.
Result<void> convert_default(HumanRequest& request) {
  Json* const fallback = request.fields.if_contains("default");
  if (fallback == nullptr || fallback->is_null()) return {};
  Result<Json> converted = *fallback;
  if (request.kind == HumanKind::kApproval) converted = check_approval(*fallback);
  const Json fields(request.fields);
  if (request.kind == HumanKind::kInput && string_member(fields, "input_type", "text") != "text")
    converted = check_input(fields, *fallback);
  if (!converted) {
    return fail(option_error("the `default` cannot be an answer: " + converted.error().message,
                             converted.error().hint));
  }
  *fallback = std::move(*converted);
  return {};
}

Result<Json> check_review(const Json& request, Json value) {
  if (value.is_string()) value = JsonObject{{"decision", value}};
  const std::string_view decision = string_member(value, "decision");
  if (!is_label(request, decision)) {
    return wrong_answer("a review is answered with one of its labels as `decision`",
                        "labels: " + join(labels_of(request), ", "));
  }
  JsonObject answer{{"decision", decision}};
  if (const std::string_view feedback = string_member(value, "feedback"); !feedback.empty())
    answer["feedback"] = feedback;
  if (const Json* edited = find_member(value, "edited_artifact"); edited && !edited->is_null())
    answer["edited_artifact"] = *edited;
  return Json(std::move(answer));
}

Result<Json> check_escalation(Json value) {
  if (value.is_string()) value = JsonObject{{"resolution", value}};
  JsonObject answer;
  if (const std::string_view text = string_member(value, "resolution"); !text.empty())
    answer["resolution"] = text;
  return Json(std::move(answer));
}

}  // namespace

std::string_view human_kind_name(HumanKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<HumanKind> human_kind_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) return static_cast<HumanKind>(i);
  }
  return std::nullopt;
}

Result<HumanRequest> make_human_request(HumanKind kind, const JsonObject& keys) {
  if (auto checked = check_keys(kind, keys); !checked) return fail(checked.error());
  HumanRequest request;
  request.kind = kind;
  const Json all(keys);
  request.point = string_member(all, "config_key");
  const std::string_view type = string_member(all, "type");
  if (!type.empty() && type != human_kind_name(kind)) {
    return fail(option_error(fmt::format("the point '{}' is of type {}, not {}", request.point,
                                         type, human_kind_name(kind)),
                             "call the function of its type"));
  }
  JsonObject& fields = request.fields;
  const std::string_view prompt = string_member(all, "prompt");
  fields["message"] = string_member(
      all, "message", prompt.empty() ? kMessages[static_cast<std::size_t>(kind)] : prompt);
  for (const char* key : {"placeholder", "input_type", "required", "artifact", "context"}) {
    if (const Json* value = keys.if_contains(key)) fields[key] = *value;
  }
  if (const Json* value = keys.if_contains("default_on_timeout")) fields["default"] = *value;
  if (const Json* value = keys.if_contains("default")) fields["default"] = *value;
  if (kind == HumanKind::kReview)
    fields["artifact_type"] = string_member(all, "artifact_type", "artifact");
  if (kind == HumanKind::kEscalation) fields["severity"] = string_member(all, "severity", "error");
  const std::string input_type(string_member(all, "input_type", "text"));
  if (std::find(kInputTypes.begin(), kInputTypes.end(), input_type) == kInputTypes.end())
    return fail(option_error(fmt::format("there is no input_type '{}'", input_type),
                             "text, number, integer, boolean or json"));
  if (auto read = read_timeout(request, keys); !read) return fail(read.error());
  if (auto read = read_options(request, keys); !read) return fail(read.error());
  if (auto converted = convert_default(request); !converted) return fail(converted.error());
  return request;
}

Json default_answer(const HumanRequest& request) {
  const Json* fallback = request.fields.if_contains("default");
  switch (request.kind) {
    case HumanKind::kApproval:
      return Json(fallback && fallback->is_bool() && fallback->get_bool());
    case HumanKind::kInput:
      return fallback ? *fallback : Json(nullptr);
    case HumanKind::kEscalation:
      return Json(JsonObject{});
    case HumanKind::kReview:
      break;
  }
  if (fallback && fallback->is_string()) return Json(JsonObject{{"decision", *fallback}});
  const JsonArray& options = request.fields.at("options").as_array();
  for (const Json& option : options) {
    if (string_member(option, "type") == "cancel")
      return Json(JsonObject{{"decision", option.at("label")}});
  }
  return Json(JsonObject{{"decision", options.back().at("label")}});
}

Result<Json> check_answer(const Json& request, Json value) {
  const auto kind = human_kind_from_name(string_member(request, "request_type"));
  if (!kind) return wrong_answer("the request is damaged", "");
  switch (*kind) {
    case HumanKind::kApproval:
      return check_approval(std::move(value));
    case HumanKind::kInput:
      return check_input(request, std::move(value));
    case HumanKind::kReview:
      return check_review(request, std::move(value));
    case HumanKind::kEscalation:
      break;
  }
  return check_escalation(std::move(value));
}

}  // namespace tactus::runtime
