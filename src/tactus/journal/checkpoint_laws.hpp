// Law 8 of the verifier: checkpoints, and what humans are asked; see laws.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::journal {

// Follows one transcript, through all its generations. Not thread-safe.
class CheckpointLaws {
 public:
  // What is wrong with this event, given those before it. Other types than `checkpoint`,
  // `hitl_request` and `hitl_response` do not matter.
  std::vector<std::string> check(const Json& event);

 private:
  enum class Request : std::uint8_t { kOpen, kAnswered };
  std::map<std::string, Request> requests_;
};

}  // namespace tactus::journal
