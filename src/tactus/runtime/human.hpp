// Requests to humans: what they ask, which answers they allow, what follows when nobody answers
// (language.md 12). Pure values; asking itself is the run's. Uses: base.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tactus/base/json.hpp>

namespace tactus::runtime {

enum class HumanKind : std::uint8_t { kApproval, kInput, kReview, kEscalation };
std::string_view human_kind_name(HumanKind kind);  // "approval" …
std::optional<HumanKind> human_kind_from_name(std::string_view name);

enum class OnTimeout : std::uint8_t { kDefault, kError, kRetry };

// One request, complete and checked.
struct HumanRequest {
  HumanKind kind = HumanKind::kApproval;
  std::string point;  // Name of the `hitl` point; empty = none.
  // The keys of a `hitl_request` event except ids and times: message, options, placeholder,
  // default, input_type, required, artifact, artifact_type, severity, context.
  JsonObject fields;
  std::optional<double> timeout_s;
  OnTimeout on_timeout = OnTimeout::kDefault;
  int max_retries = 3;
};

// From the keys of a call, those of its `hitl` point below them. Fails with kHitlOption naming the
// key.
Result<HumanRequest> make_human_request(HumanKind kind, const JsonObject& keys);

// What the program gets when nobody answers: true or false; a value or null; {decision}; {}.
Json default_answer(const HumanRequest& request);

// Whether a `hitl_request` (its event's keys) allows that answer; texts are converted. Gives the
// answer as the program gets it: true or false; the value; {decision, feedback?,
// edited_artifact?}; {resolution?}. Fails with kHitlOption saying what is allowed.
Result<Json> check_answer(const Json& request, Json value);

}  // namespace tactus::runtime
