// `extra_body` and what else of a request the newer dialects share. Private to the providers.
#pragma once

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// Puts `extra` into `body`: objects are merged at every depth, anything else of `extra` wins. For
// dialects that keep settings in nested objects, where replacing one would lose the others.
void merge_into(JsonObject& body, const JsonObject& extra);

}  // namespace tactus::llm
