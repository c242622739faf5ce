// The formats that the mock provider speaks: how a request is read as one of Chat Completions,
// which the demo model and scripts understand, and how an answer is written. Uses: base.
#pragma once

#include <memory>
#include <string_view>

#include <tactus/llm/mock/answer_writer.hpp>
#include <tactus/llm/mock/reply_plan.hpp>

namespace tactus::llm::mock {

struct Dialect {
  std::string_view path;
  std::string_view id_prefix;    // Of answers.
  std::string_view no_messages;  // What is said when a request has none.
  Json (*as_chat)(const Json& request);
  std::unique_ptr<AnswerWriter> (*writer)(const ResponseIdentity& identity, const Json& request);
  JsonObject (*whole)(const Plan& plan, const ResponseIdentity& identity);
  bool interleaves = false;  // Pieces of several calls may come by turns.
};

// Null when nothing is at `path`.
const Dialect* find_dialect(std::string_view path);

// Anthropic Messages.
Json chat_of_anthropic(const Json& request);
std::unique_ptr<AnswerWriter> anthropic_writer(const ResponseIdentity& identity,
                                               const Json& request);
JsonObject whole_anthropic(const Plan& plan, const ResponseIdentity& identity);

// OpenAI Responses.
Json chat_of_responses(const Json& request);
std::unique_ptr<AnswerWriter> responses_writer(const ResponseIdentity& identity,
                                               const Json& request);
JsonObject whole_responses(const Plan& plan, const ResponseIdentity& identity);

// What both requests have in common with one of Chat Completions: the members that are copied.
void copy_common(const Json& request, JsonObject& chat);
// A tool as Chat Completions has it.
JsonObject chat_tool(std::string_view name, std::string_view description, const Json* parameters);
// The text of a string, or of a list of parts that have one.
std::string text_of_parts(const Json* content);
// Appends one server-sent event.
void append_event(std::string& out, std::string_view type, JsonObject members);

}  // namespace tactus::llm::mock
