// Reads a case: a program whose first comment, --[==[ … ]==], is JSON that says what it shows, what
// it is given and what must come of it. Tests only.
//
//   about      One sentence.
//   script     The provider's replies (language.md 16.4), one a request. Absent: the demo model.
//   fault      Of the provider, as for `tactus mock-provider --fault`.
//   inputs, config (YAML), files {name: text; {provider} is its URL}
//   overrides  {provider, model, stream}
//   allow_plugins   As the option of that name.
//   needs      A program: where it is not installed, the case is skipped.
//   cancel     Stop the run at the first event that fits this pattern,
//   cancel_after_requests   and not before the provider has got so many requests.
//   expect     {status, result, result_fits, error {code, message, hint, line, …}, refused, events,
//              never, counts, requests, stop_ms_max}
//   runs       A list of objects with any of these keys, over those of the file: several runs of
//              one program.
//
// `result` must be equal, 5 and 5.0 being different; `result_fits` and `error` are patterns. A
// pattern fits an event that has its members; objects are compared member by member, {"has": text}
// fits a text that contains it, {"any": true} any value. `events` must occur in that order, others
// between them; `never` not at all; `counts` is a list of [pattern, number].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness.hpp"

namespace tactus::conformance {

struct Case {
  std::string about;
  Setup setup;
  JsonObject expect;
  std::string needs;
};

// The runs of the file below the repository's root. A file that is not a case fails the test.
std::vector<Case> read_case(const std::string& path);

// Whether `value` fits `pattern`; null = is absent.
bool fits(const Json& pattern, const Json* value);

// What is not as `expect` says, one sentence each; none = the case holds.
std::vector<std::string> differences(const JsonObject& expect, const Outcome& outcome);

}  // namespace tactus::conformance
