// Access to the recorded provider answers beside the repository.
#pragma once

#include <optional>
#include <string>

#include <tactus/base/json.hpp>

namespace tactus::wire {

// The manifest, or nothing where the recordings are not at hand (the tests then skip).
const std::optional<Json>& manifest();

// The bytes of a recorded file, named as in the manifest.
std::string recorded_bytes(std::string_view file);

// The same of AWS's own vectors; nothing where they are not at hand.
std::optional<std::string> aws_fixture(std::string_view file);

}  // namespace tactus::wire
