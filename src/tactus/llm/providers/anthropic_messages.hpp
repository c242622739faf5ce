// A conversation as the Anthropic Messages dialect writes it. Private to the providers.
#pragma once

#include <span>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// The system messages as text blocks, wherever they stand.
JsonArray anthropic_system(std::span<const Message> messages);

// All others: turns of user and assistant alternate, the results of tools open the user's, and what
// Anthropic wants back stands where it stood in its answer. Blank texts, which it refuses, are left
// out.
JsonArray anthropic_messages(std::span<const Message> messages);

// Whether calls of the running turn were made without thoughts (by another provider's model, for
// example), so that this request cannot ask for any.
bool lacks_thoughts(std::span<const Message> messages);

}  // namespace tactus::llm
