// Composes the demo model's prose from sentence patterns and the words of the conversation, without
// repeating what was said. Uses: the other demo_ files. A Writer lives for one reply.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/llm/mock/demo_chance.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>
#include <tactus/llm/mock/demo_language.hpp>

namespace tactus::llm::mock {

using Bank = std::span<const std::string_view>;
using Sentences = std::vector<std::string>;

// A text before its layout is decided.
struct Draft {
  std::string heading;                // Without '#'; empty = none.
  std::vector<Sentences> paragraphs;  // Each a list of whole sentences.
};

class Writer {
 public:
  // Both must outlive the writer.
  Writer(const Conversation& conversation, Chance& chance);

  // A pattern of `bank` with its slots filled: {T} the subject, {K} and {L} two keywords, {N} and
  // {M} two people's names. Patterns whose text this reply or an earlier answer already has are
  // passed over while there are others.
  std::string say(Bank bank);

  // `count` different sentences of `bank`, in the bank's order when `ordered`.
  Sentences say(Bank bank, std::size_t count);

  std::string fill(std::string_view pattern) const;

  // A general sentence about the subject, for texts that must be longer.
  std::string another();

  const Conversation& conversation;
  Chance& chance;
  Limits limits;
  std::string topic;     // {T}; never empty.
  std::string keyword;   // {K}
  std::string keyword2;  // {L}
  std::string name;      // {N}
  std::string name2;     // {M}

 private:
  std::string said_;  // What earlier answers and this reply hold.
};

// Kinds of answer, each a file's job.
Draft write_story(Writer& writer);
Draft write_explanation(Writer& writer);
std::string write_poem(Writer& writer, bool haiku);
std::string write_list(Writer& writer);
std::string write_code(Writer& writer);
std::string write_table(Writer& writer);
// Condenses `text` with its own sentences.
Draft write_summary(Writer& writer, std::string_view text);
// `text` with filler words removed.
Draft write_revision(Writer& writer, std::string_view text);
Draft write_review(Writer& writer, std::string_view text);

// The draft as Markdown, within the writer's limits.
std::string lay_out(Writer& writer, Draft draft);

// The whole text of an answer, note included.
std::string write_answer(const Conversation& conversation, Chance& chance);
// The answer after tools were called: their results verbatim.
std::string write_tool_answer(const Conversation& conversation, Chance& chance);
// One plain sentence that says what was done, for `done`.
std::string write_reason(const Conversation& conversation, std::string_view answer);

}  // namespace tactus::llm::mock
