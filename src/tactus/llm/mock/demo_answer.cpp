// Decides what kind of answer a conversation wants, and lays it out within its limits.
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_facts.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

enum class Kind : std::uint8_t {
  kStory,
  kPoem,
  kHaiku,
  kSummary,
  kRevision,
  kReview,
  kList,
  kTable,
  kCode,
  kGreeting,
  kExplanation
};

// What `text` alone asks for; nothing when it does not say.
std::optional<Kind> kind_of(std::string_view text) {
  if (mentions(text, "haiku")) return Kind::kHaiku;
  if (mentions_any(text, {"summarize", "summarise", "summary", "summarizer", "summariser", "tl;dr",
                          "condense"})) {
    return Kind::kSummary;
  }
  if (mentions_any(text, {"rewrite", "improve", "edit", "editor", "tighten", "proofread", "polish",
                          "revise"}))
    return Kind::kRevision;
  if (mentions_any(text, {"review", "reviewer", "critique", "critic", "feedback"}))
    return Kind::kReview;
  if (mentions_any(text, {"story", "stories", "storyteller", "tale", "fable", "narrator"}))
    return Kind::kStory;
  if (mentions_any(text, {"poem", "poet", "verse", "rhyme", "song", "limerick", "poetry"}))
    return Kind::kPoem;
  if (mentions_any(text, {"code", "function", "script", "program", "snippet", "sql query"}))
    return Kind::kCode;
  if (mentions(text, "table")) return Kind::kTable;
  if (mentions_any(text, {"list", "ideas", "bullets", "bullet", "brainstorm", "suggestions", "tips",
                          "steps", "checklist", "plan", "outline", "planner"})) {
    return Kind::kList;
  }
  return std::nullopt;
}

Kind decide(const Conversation& c) {
  // Words of a text that is handed over ask for nothing.
  const std::string given = material(c.prompt);
  const std::string asked = given.empty() ? c.prompt : c.prompt.substr(0, c.prompt.find(given));
  std::optional<Kind> kind = kind_of(asked);
  if (!kind) kind = kind_of(c.system);
  const bool nothing_asked = c.prompt.empty() && subject(c.system).empty() && !c.continuation;
  if (!kind && (nothing_asked || mentions_any(asked, {"say hello", "greet", "greeting"}))) {
    return Kind::kGreeting;
  }
  Kind out = kind.value_or(find_limits(asked).items ? Kind::kList : Kind::kExplanation);
  const bool needs_text = out == Kind::kSummary || out == Kind::kRevision || out == Kind::kReview;
  if (needs_text && given.empty() && c.answers.empty() && sentences(c.prompt).size() < 2)
    return Kind::kExplanation;
  return out;
}

// The text an editing request is about: handed over, else the newest answer, else the prompt
// itself.
std::string worked_on(const Conversation& c) {
  if (std::string given = material(c.prompt); !given.empty()) return given;
  return c.answers.empty() ? c.prompt : c.answers.back();
}

Sentences flatten(const Draft& draft) {
  Sentences out;
  for (const Sentences& paragraph : draft.paragraphs)
    out.insert(out.end(), paragraph.begin(), paragraph.end());
  return out;
}

// `count` sentences spread from the first to the last, so that a story keeps its end.
Sentences spread(Writer& writer, Sentences all, std::size_t count) {
  while (all.size() < count) all.insert(all.end() - (all.size() > 1 ? 1 : 0), writer.another());
  Sentences out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(all[count == 1 ? 0 : i * (all.size() - 1) / (count - 1)]);
  }
  return out;
}

// A text of exactly `count` words: whole sentences, then short ones that fill the rest.
std::string exactly_words(Writer& writer, Sentences all, std::size_t count) {
  static constexpr std::array<std::string_view, 8> kTails{"",
                                                          "Enough.",
                                                          "Begin here.",
                                                          "That is all.",
                                                          "That is a start.",
                                                          "The rest can come later.",
                                                          "It is more than enough today.",
                                                          "From here on, every step is easier."};
  std::string text;
  std::size_t left = count;
  const auto add = [&](std::string_view sentence) {
    if (count_words(sentence) > left) return false;
    if (!text.empty()) text += ' ';
    text += sentence;
    left -= count_words(sentence);
    return true;
  };
  for (const std::string& sentence : all) add(sentence);
  for (int misses = 0; left >= kTails.size() && misses < 24;)
    misses += add(writer.another()) ? 0 : 1;
  while (left > 0) add(kTails[std::min(left, kTails.size() - 1)]);
  return text;
}

std::string greeting(const Conversation& c) {
  if (!c.prompt.empty()) {
    const std::string name = mention(c.prompt, "name");
    return "Hello" + (name.empty() ? "" : ", " + name) + ", it is good to meet you.";
  }
  return "Hello! You are talking to **Tactus** without a model behind it yet, so here is what I "
         "can do:\n\n"
         "- **write** a story, a poem, a list, a table or an explanation about a subject you name\n"
         "- **call tools** that a procedure offers, with arguments taken from the conversation\n"
         "- **fill a schema** with valid values when structured output is asked for\n\n"
         "The same request always gets the same reply, which makes procedures easy to try out.";
}

// A whole reply that is one sentence names its origin inside it.
std::string one_sentence(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == '!')) text.pop_back();
  return text + " (so says Tactus’ offline demo model, not a real one).";
}

std::string write_body(Writer& writer) {
  const Conversation& c = writer.conversation;
  switch (decide(c)) {
    case Kind::kGreeting:
      return greeting(c);
    case Kind::kHaiku:
      return write_poem(writer, true);
    case Kind::kPoem:
      return write_poem(writer, false);
    case Kind::kStory:
      return lay_out(writer, write_story(writer));
    case Kind::kSummary:
      return lay_out(writer, write_summary(writer, worked_on(c)));
    case Kind::kRevision:
      return lay_out(writer, write_revision(writer, worked_on(c)));
    case Kind::kReview:
      return lay_out(writer, write_review(writer, worked_on(c)));
    case Kind::kTable:
      return write_table(writer);
    case Kind::kCode:
      return write_code(writer);
    case Kind::kList:
      if (writer.limits.sentences || writer.limits.words) break;
      return write_list(writer);
    case Kind::kExplanation:
      break;
  }
  const Limits& limits = writer.limits;
  if (limits.items && !limits.sentences && !limits.words) return write_list(writer);
  std::string text = lay_out(writer, write_explanation(writer));
  // A long explanation gets a list to rest the eye on.
  if (!limits.any() && !limits.brief && writer.chance.below(3) > 0) {
    writer.limits.items = 3;
    text += "\n\n" + write_list(writer);
  }
  return text;
}

std::string with_note(const Writer& writer, std::string text) {
  if (writer.limits.sentences == 1U) return one_sentence(std::move(text));
  return text + "\n\n" + std::string(writer.conversation.answers.empty() ? kFirstNote : kNote);
}

}  // namespace

std::string lay_out(Writer& writer, Draft draft) {
  const Limits& limits = writer.limits;
  if (limits.words) return exactly_words(writer, flatten(draft), *limits.words);
  if (limits.sentences) return join(spread(writer, flatten(draft), *limits.sentences), " ");
  if (limits.lines) return join(spread(writer, flatten(draft), *limits.lines), "  \n");
  if (limits.paragraphs) {
    while (draft.paragraphs.size() < *limits.paragraphs) {
      const auto before_last = draft.paragraphs.end() - (draft.paragraphs.size() > 1 ? 1 : 0);
      draft.paragraphs.insert(before_last, {writer.another(), writer.another()});
    }
    // What is too much joins the paragraph before it.
    while (draft.paragraphs.size() > *limits.paragraphs) {
      Sentences last = std::move(draft.paragraphs.back());
      draft.paragraphs.pop_back();
      draft.paragraphs.back().insert(draft.paragraphs.back().end(), last.begin(), last.end());
    }
    draft.heading.clear();
  }
  std::string out = draft.heading.empty() ? "" : "## " + draft.heading;
  for (const Sentences& paragraph : draft.paragraphs) {
    if (!out.empty()) out += "\n\n";
    out += join(paragraph, " ");
  }
  return out;
}

std::string write_answer(const Conversation& conversation, Chance& chance) {
  Writer writer(conversation, chance);
  if (const std::string choice = chosen_option(conversation, chance); !choice.empty()) {
    return writer.limits.bare ? choice : choice + "\n\n" + std::string(kNote);
  }
  if (const std::string memory = remembered(conversation); !memory.empty())
    return with_note(writer, memory);
  std::string body = write_body(writer);
  if (conversation.json_reply) {
    JsonObject object;
    object["answer"] = body;
    object["source"] = "Tactus’ offline demo model";
    return dump_json(Json(std::move(object)));
  }
  return with_note(writer, std::move(body));
}

std::string write_tool_answer(const Conversation& conversation, Chance& chance) {
  Writer writer(conversation, chance);
  const auto inline_text = [](const ToolResult& result) {
    return result.text.size() <= 200 && result.text.find('\n') == std::string::npos &&
           !result.text.empty();
  };
  std::string out;
  const auto& results = conversation.results;
  const bool all_inline = std::all_of(results.begin(), results.end(), inline_text);
  if (results.size() == 1 && all_inline) {
    out = "The tool `" + results[0].name + "` answered: " + results[0].text;
    if (writer.limits.sentences == 1U) return one_sentence(out);
  } else {
    out = "Here is what the tools found:\n";
    for (const ToolResult& result : results) {
      out += "\n- **" + result.name + "**";
      if (inline_text(result)) {
        out += ": " + result.text;
      } else if (result.text.empty()) {
        out += ": no text";
      } else {
        std::string fence = "```";
        while (result.text.find(fence) != std::string::npos) fence += '`';
        out += "\n\n" + fence + "\n" + result.text + "\n" + fence + "\n";
      }
    }
  }
  static constexpr auto kUse = std::to_array<std::string_view>(
      {"That answers what was asked about {T}.", "With this, {T} can be settled.",
       "This is what is needed for {T}, taken as the tools gave it."});
  out += "\n\n" + writer.say(kUse);
  return with_note(writer, std::move(out));
}

std::string write_reason(const Conversation& conversation, std::string_view answer) {
  // With tool results the first sentence holds the answer; a text of its own is better named than
  // quoted.
  if (!conversation.results.empty()) {
    for (const std::string& sentence : sentences(strip_notes(answer))) {
      if (sentence.size() <= 240) return sentence;
    }
  }
  Chance chance(conversation.seed);
  const std::string topic = Writer(conversation, chance).topic;
  switch (decide(conversation)) {
    case Kind::kStory:
      return (conversation.continuation ? "Went on with the story about " : "Told a story about ") +
             topic + ".";
    case Kind::kPoem:
    case Kind::kHaiku:
      return "Wrote a poem about " + topic + ".";
    case Kind::kSummary:
      return "Summarised the text.";
    case Kind::kRevision:
      return "Revised the text.";
    case Kind::kReview:
      return "Reviewed the text.";
    case Kind::kGreeting:
      return "Said hello.";
    default:
      return "Answered about " + topic + ".";
  }
}

}  // namespace tactus::llm::mock
