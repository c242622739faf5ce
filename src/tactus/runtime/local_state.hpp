// What a procedure keeps in `state`, for telling what a body has changed of it. Uses: run.
#pragma once

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

// `state` of the procedure that the task runs; main's is `State`, which is not its own: empty.
JsonObject local_state(Run& run, RunTask& task);

}  // namespace tactus::runtime
