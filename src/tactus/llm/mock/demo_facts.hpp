// What users told the demo model about themselves, and choices they laid out. Pure. Uses: the
// conversation.
#pragma once

#include <string>

#include <tactus/llm/mock/demo_chance.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>

namespace tactus::llm::mock {

// The answer to a question like "What is my name?", taken from earlier user messages; empty when
// the prompt is no such question.
std::string remembered(const Conversation& conversation);

// One of the options of "answer with yes or no", "one of: red, green, blue"; empty when the prompt
// offers none.
std::string chosen_option(const Conversation& conversation, Chance& chance);

}  // namespace tactus::llm::mock
