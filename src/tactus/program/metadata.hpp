// The bodies of the HTTP API that describe a program (docs/http-api.md). Pure. Uses: program.
#pragma once

#include <tactus/program/program.hpp>

namespace tactus::program {

// {"message","code","file","line","column","end_line","end_column","hint"}; unknown parts are
// absent, and so is the file unless it is a module.
JsonObject to_json(const Finding& finding);

// {"valid","errors","warnings"}.
JsonObject validation_json(const Program& program);

// What the file declares, each with its line, and its validation.
JsonObject metadata(const Program& program);

}  // namespace tactus::program
