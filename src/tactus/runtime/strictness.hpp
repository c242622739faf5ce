// What the configuration keys `strict_determinism` and `strict_state` ask for (language.md 10.2,
// 13.6). Uses: run. On the run's strand.
#pragma once

#include <optional>
#include <string_view>

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

// kDeterminism when `function` ("os.time()") may not be called where the task stands: outside of
// the body of a checkpoint or step.
std::optional<Error> refused_by_determinism(const Run& run, const RunTask& task,
                                            std::string_view function);

// Brings the `state` of the procedure that the task runs to its declared types. What does not fit
// is told once as a warning; with `strict_state` it fails with kStateType instead.
Result<void> check_state(Run& run, RunTask& task);

}  // namespace tactus::runtime
