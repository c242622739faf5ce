#include <tactus/journal/checkpoint.hpp>
#include <tactus/journal/checkpoint_laws.hpp>

namespace tactus::journal {

std::vector<std::string> CheckpointLaws::check(const Json& event) {
  std::vector<std::string> findings;
  const auto report = [&](std::string what) { findings.push_back("law 8: " + std::move(what)); };
  const std::string_view type = string_member(event, "event_type");
  if (type == "checkpoint") {
    const std::string_view position = string_member(event, "position");
    if (!is_position(position)) report(fmt::format("'{}' is not a position", position));
    if (string_member(event, "type").empty()) report("no type");
    return findings;
  }
  const bool is_request = type == "hitl_request";
  if (!is_request && type != "hitl_response") return findings;
  const std::string id(string_member(event, "request_id"));
  if (id.empty()) report("no request_id");
  const auto request = requests_.find(id);
  if (is_request) {
    if (request != requests_.end()) report(fmt::format("request '{}' is made twice", id));
    requests_.try_emplace(id, Request::kOpen);
  } else if (request == requests_.end()) {
    report(fmt::format("answers request '{}', which was not made", id));
  } else if (request->second == Request::kAnswered) {
    report(fmt::format("a second answer to request '{}'", id));
  } else {
    request->second = Request::kAnswered;
  }
  return findings;
}

}  // namespace tactus::journal
