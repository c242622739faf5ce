// Errors as they stand in events, records and HTTP answers. Uses: base, program.
#pragma once

#include <tactus/base/json.hpp>
#include <tactus/program/program.hpp>

namespace tactus::runtime {

// {code, message, hint?, file?, line?, column?, path?} and the error's details.
JsonObject to_json(const Error& error);
// What to_json wrote.
Error error_from_json(const Json& json);

// `error` with one more of its details; another of that name gives way.
Error with_detail(Error error, std::string_view key, Json value);

// A finding of validation as the error that stops a run.
Error to_error(const program::Finding& finding, const std::string& file);

}  // namespace tactus::runtime
