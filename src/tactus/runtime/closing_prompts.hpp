// What an agent is asked at the end of a procedure, and about its progress (language.md 10.3). On
// the run's strand. Uses: run.
#pragma once

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

// Gives the closing prompt of the task's invocation, whose body has come to `outcome`, to the agent
// that turned last in it. Gives the outcome of the call, completed by the agent's text or explained
// by it. `summary` becomes what a `return_prompt` brought.
awaitable<Result<Json>> close_body(Run& run, RunTask& task, Result<Json> outcome,
                                   std::string& summary);

// What the agent that turned last in `about` says of its progress, asked in the entry `open` on a
// copy of its conversation; empty when there is none, or it fails, which is told. Fails with what
// ends the run.
awaitable<Result<std::string>> report_on(OpenEntry& open, RunTask& about);

}  // namespace tactus::runtime
