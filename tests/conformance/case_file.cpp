#include "case_file.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace tactus::conformance {
namespace {

constexpr std::string_view kOpen = "--[==[";
constexpr std::string_view kClose = "]==]";

const std::set<std::string_view> kKeys = {"about",
                                          "script",
                                          "fault",
                                          "inputs",
                                          "config",
                                          "overrides",
                                          "files",
                                          "cancel",
                                          "expect",
                                          "http",
                                          "cancel_after_requests",
                                          "allow_plugins",
                                          "needs"};
const std::set<std::string_view> kExpectations = {
    "status", "result",   "error",       "refused",     "events",       "never",
    "counts", "requests", "result_fits", "stop_ms_max", "http_requests"};

Setup setup_of(const JsonObject& given, std::string source) {
  Setup setup;
  setup.source = std::move(source);
  const Json all(given);
  if (const Json* inputs = find_member(all, "inputs")) setup.inputs = inputs->as_object();
  setup.config = string_member(all, "config");
  setup.fault = string_member(all, "fault");
  if (const Json* http = find_member(all, "http")) setup.http = dump_json(*http);
  if (const Json* script = find_member(all, "script")) setup.script = dump_json(*script);
  if (const Json* files = find_member(all, "files")) {
    for (const auto& file : files->as_object())
      setup.files[std::string(file.key())] = file.value().as_string();
  }
  if (const Json* overrides = find_member(all, "overrides")) {
    if (const Json* stream = find_member(*overrides, "stream"))
      setup.overrides.stream = stream->as_bool();
    if (const Json* provider = find_member(*overrides, "provider"))
      setup.overrides.provider = provider->as_string();
    if (const Json* model = find_member(*overrides, "model"))
      setup.overrides.model = model->as_string();
  }
  if (const Json* cancel = find_member(all, "cancel")) {
    setup.cancel_at = [pattern = *cancel](const Json& event) { return fits(pattern, &event); };
  }
  setup.allow_plugins = bool_member(all, "allow_plugins");
  setup.cancel_after_requests = static_cast<std::size_t>(int_member(all, "cancel_after_requests"));
  return setup;
}

void check_keys(const JsonObject& object, const std::set<std::string_view>& known,
                const std::string& path) {
  for (const auto& member : object)
    EXPECT_TRUE(known.contains(member.key())) << path << ": unknown key " << member.key();
}

void compare_events(const JsonObject& expect, const Outcome& outcome,
                    std::vector<std::string>& wrong) {
  const Json all(expect);
  if (const Json* wanted = find_member(all, "events")) {
    auto from = outcome.events.begin();
    for (const Json& pattern : wanted->as_array()) {
      from = std::find_if(from, outcome.events.end(),
                          [&](const Json& event) { return fits(pattern, &event); });
      if (from == outcome.events.end()) {
        wrong.push_back("no such event, or not in this order: " + dump_json(pattern));
        break;
      }
      ++from;
    }
  }
  const auto count = [&](const Json& pattern) {
    return std::count_if(outcome.events.begin(), outcome.events.end(),
                         [&](const Json& event) { return fits(pattern, &event); });
  };
  if (const Json* never = find_member(all, "never")) {
    for (const Json& pattern : never->as_array()) {
      if (count(pattern) > 0) wrong.push_back("must not occur: " + dump_json(pattern));
    }
  }
  if (const Json* counts = find_member(all, "counts")) {
    for (const Json& pair : counts->as_array()) {
      const Json& pattern = pair.as_array().at(0);
      const auto found = count(pattern);
      if (found != pair.as_array().at(1).to_number<std::int64_t>())
        wrong.push_back(fmt::format("{} times: {}", found, dump_json(pair)));
    }
  }
}

}  // namespace

bool fits(const Json& pattern, const Json* value) {
  const JsonObject* object = pattern.if_object();
  if (pattern.is_null()) return !value || value->is_null();
  if (!value) return false;
  if (pattern.is_number() && value->is_number())
    return pattern.to_number<double>() == value->to_number<double>();
  if (const JsonArray* items = pattern.if_array()) {
    const JsonArray* others = value->if_array();
    return others && std::equal(items->begin(), items->end(), others->begin(), others->end(),
                                [](const Json& a, const Json& b) { return fits(a, &b); });
  }
  if (!object) return pattern == *value;
  if (object->size() == 1 && object->contains("any")) return true;
  if (object->size() == 1 && object->contains("has")) {
    const std::string text =
        value->is_string() ? std::string(value->get_string()) : dump_json(*value);
    return text.find(std::string_view(object->at("has").as_string())) != std::string::npos;
  }
  return value->is_object() && std::all_of(object->begin(), object->end(), [&](const auto& member) {
           return fits(member.value(), find_member(*value, member.key()));
         });
}

std::vector<Case> read_case(const std::string& path) {
  const std::string text = read_repository_file(path);
  const std::size_t close = text.find(kClose);
  if (!text.starts_with(kOpen) || close == std::string::npos) {
    ADD_FAILURE() << path << " does not begin with --[==[ JSON ]==]";
    return {};
  }
  const auto header = parse_json(text.substr(kOpen.size(), close - kOpen.size()));
  if (!header || !header->is_object()) {
    ADD_FAILURE() << path << ": " << (header ? "not an object" : to_string(header.error()));
    return {};
  }
  JsonObject base = header->get_object();
  JsonArray runs = {JsonObject{}};
  if (const Json* listed = base.if_contains("runs")) runs = listed->as_array();
  base.erase("runs");
  std::vector<Case> cases;
  for (const Json& run : runs) {
    JsonObject given = base;
    for (const auto& member : run.as_object()) given[member.key()] = member.value();
    check_keys(given, kKeys, path);
    Case one;
    one.about = string_member(Json(given), "about");
    one.needs = string_member(Json(given), "needs");
    one.expect = given.contains("expect") ? given.at("expect").as_object() : JsonObject{};
    check_keys(one.expect, kExpectations, path);
    EXPECT_FALSE(one.about.empty()) << path << " does not say what it shows";
    EXPECT_FALSE(one.expect.empty()) << path << " expects nothing";
    one.setup = setup_of(given, text);
    cases.push_back(std::move(one));
  }
  return cases;
}

std::vector<std::string> differences(const JsonObject& expect, const Outcome& outcome) {
  std::vector<std::string> wrong;
  const Json all(expect);
  const bool refused = bool_member(all, "refused");
  const Json* error = find_member(all, "error");
  if (outcome.refused.has_value() != refused) {
    return {outcome.refused
                ? "refused: " + to_string(*outcome.refused) + " " + outcome.refused->hint
                : "was not refused"};
  }
  const auto told = [&]() -> Json {
    if (!outcome.refused) return outcome.record.error;
    const Error& said = *outcome.refused;
    return JsonObject{{"code", error_code_name(said.code)},
                      {"message", said.message},
                      {"hint", said.hint},
                      {"file", said.place ? said.place->file : ""},
                      {"line", said.place ? said.place->line : 0}};
  }();
  const std::string status =
      refused ? "refused" : std::string(journal::run_status_name(outcome.record.status));
  const std::string wanted(string_member(all, "status",
                                         refused ? "refused"
                                         : error ? "failed"
                                                 : "completed"));
  if (status != wanted)
    wrong.push_back("is " + status + ", not " + wanted + ": " + dump_json(told));
  if (error && !fits(*error, &told)) wrong.push_back("fails with " + dump_json(told));
  const Json& given = outcome.record.result;
  const Json* result = find_member(all, "result");
  const Json* pattern = find_member(all, "result_fits");
  if ((result && *result != given) || (pattern && !fits(*pattern, &given)))
    wrong.push_back("gives " + dump_json(given));
  compare_events(expect, outcome, wrong);
  const auto requests = static_cast<std::int64_t>(outcome.requests);
  if (expect.contains("requests") && int_member(all, "requests") != requests)
    wrong.push_back(fmt::format("made {} requests", requests));
  if (const Json* asked = find_member(all, "http_requests")) {
    const Json got(JsonArray(outcome.http_requests.begin(), outcome.http_requests.end()));
    if (!fits(*asked, &got)) wrong.push_back("the HTTP service got " + dump_json(got));
  }
  if (expect.contains("stop_ms_max") && outcome.stop_took.count() > int_member(all, "stop_ms_max"))
    wrong.push_back(fmt::format("took {} ms to stop", outcome.stop_took.count()));
  return wrong;
}

}  // namespace tactus::conformance
