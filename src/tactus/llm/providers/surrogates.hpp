// Private to the providers.
#pragma once

#include <string>
#include <string_view>

namespace tactus::llm {

// JSON text in which each \uD800…\uDFFF that is not part of a pair reads \uFFFD.
std::string replace_lone_surrogates(std::string_view json);

}  // namespace tactus::llm
