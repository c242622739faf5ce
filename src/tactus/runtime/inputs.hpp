// Checks what a procedure is given against what it declares. Uses: program.
#pragma once

#include <tactus/program/program.hpp>

namespace tactus::runtime {

struct CheckedInputs {
  JsonObject declared;    // Complete, with defaults. Without a schema: everything given.
  JsonObject undeclared;  // What no field declares.
};

// Fails with kInput listing every violation.
Result<CheckedInputs> check_inputs(const program::ProcedureDeclaration& procedure,
                                   JsonObject given);

// Converts texts to the declared types (parameters from command lines and forms). Fails with kInput
// naming the field.
Result<JsonObject> coerce_inputs(const schema::Schema& schema, JsonObject given);

}  // namespace tactus::runtime
