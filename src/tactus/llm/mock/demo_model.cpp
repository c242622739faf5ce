// One reply of the demo model: which tools to call, what to say, how to cut it into deltas.
#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>
#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/llm/mock/demo_values.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::string_view kDone = "done";
constexpr std::string_view kFinalOutput = "final_output";

// Text in pieces of at most `bytes_max` bytes (at least 4), cut between characters.
std::vector<std::string> cut_json(std::string_view text, Chance& chance) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view piece = truncate_utf8(text, 4 + chance.below(9));
    out.emplace_back(piece);
    text.remove_prefix(piece.size());
  }
  return out;
}

void add_call(Reply& reply, const Conversation& c, std::string_view name, const Json& arguments,
              Chance& chance) {
  Reply::Call call;
  call.id = fmt::format("call_{:016x}", hash_text(name, c.seed + reply.calls.size()));
  call.name = name;
  call.argument_chunks = cut_json(dump_json(arguments), chance);
  reply.calls.push_back(std::move(call));
  reply.finish_reason = "tool_calls";
}

void call_with_values(Reply& reply, const Conversation& c, const OfferedTool& tool, Chance& chance,
                      Fill fill) {
  Json arguments = JsonObject();
  if (!tool.parameters.empty()) arguments = ValueSource(c, chance, fill).value(tool.parameters);
  if (!arguments.is_object()) arguments = JsonObject();
  add_call(reply, c, tool.name, arguments, chance);
}

// How many words of the tool's own description the conversation uses.
std::size_t relevance(const OfferedTool& tool, std::string_view said) {
  std::string spoken = tool.name;
  std::replace(spoken.begin(), spoken.end(), '_', ' ');
  std::size_t score = 0;
  for (const std::string& word : keywords(spoken)) score += mentions(said, word) ? 3U : 0U;
  for (const std::string& word : keywords(tool.description))
    score += mentions(said, word) ? 1U : 0U;
  return score;
}

// The tools to call now: each that fits and was not called yet, in the order offered. With up to
// three tools on offer all of them fit; of more, those whose words occur in the conversation, or
// the first.
std::vector<const OfferedTool*> tools_to_call(const Conversation& c) {
  std::vector<const OfferedTool*> useful;
  for (const OfferedTool& tool : c.tools) {
    if (tool.name != kDone && tool.name != kFinalOutput) useful.push_back(&tool);
  }
  if (useful.size() > 3) {
    const std::string said = c.said();
    std::vector<const OfferedTool*> fitting;
    for (const OfferedTool* tool : useful) {
      if (relevance(*tool, said) > 0) fitting.push_back(tool);
    }
    if (fitting.empty()) fitting.push_back(useful.front());
    useful = std::move(fitting);
  }
  std::erase_if(useful, [&](const OfferedTool* tool) { return c.was_called(tool->name); });
  if (!c.parallel_tool_calls && useful.size() > 1) useful.resize(1);
  return useful;
}

void call_done(Reply& reply, const Conversation& c, const OfferedTool& done,
               std::string_view answer, Chance& chance) {
  JsonObject arguments;
  const Json* properties = done.parameters.if_contains("properties");
  const bool takes_reason = !properties || find_member(*properties, "reason");
  if (takes_reason) arguments["reason"] = write_reason(c, answer);
  if (properties && find_member(*properties, "success")) arguments["success"] = true;
  add_call(reply, c, done.name, Json(std::move(arguments)), chance);
}

// Applies max_tokens (words) and stop texts, as a server does.
std::string cut_by_settings(Reply& reply, const Conversation& c, std::string text) {
  std::size_t end = text.size();
  for (const std::string& stop : c.stop) {
    if (!stop.empty()) end = std::min(end, text.find(stop));
  }
  text.resize(std::min(end, text.size()));
  if (c.max_tokens) {
    std::vector<std::string> words = split_words(text);
    if (words.size() > static_cast<std::size_t>(*c.max_tokens)) {
      words.resize(static_cast<std::size_t>(*c.max_tokens));
      text = join(words, "");
      reply.calls.clear();
      reply.finish_reason = "length";
    }
  }
  return text;
}

void write_reply(Reply& reply, const Conversation& c, Chance& chance) {
  const bool may_call = c.tool_choice != "none" && !c.tools.empty();
  const bool must_call = c.tool_choice == "required" && may_call;
  if (const OfferedTool* named = c.find_tool(c.tool_choice); may_call && named) {
    const bool output = named->name == kFinalOutput;
    if (named->name == kDone) return call_done(reply, c, *named, write_answer(c, chance), chance);
    return call_with_values(reply, c, *named, chance,
                            output ? Fill::kEverything : Fill::kOnlyWhatIsSaid);
  }
  if (may_call) {
    for (const OfferedTool* tool : tools_to_call(c))
      call_with_values(reply, c, *tool, chance, Fill::kOnlyWhatIsSaid);
    if (!reply.calls.empty()) return;
    if (const OfferedTool* output = c.find_tool(kFinalOutput)) {
      return call_with_values(reply, c, *output, chance, Fill::kEverything);
    }
  }
  if (c.schema) {
    const std::string text = dump_json(ValueSource(c, chance, Fill::kEverything).value(*c.schema));
    reply.chunks = cut_json(text, chance);
    return;
  }
  std::string text = c.results.empty() ? write_answer(c, chance) : write_tool_answer(c, chance);
  if (const OfferedTool* done = may_call ? c.find_tool(kDone) : nullptr) {
    call_done(reply, c, *done, text, chance);
  } else if (must_call) {
    return call_with_values(reply, c, c.tools.front(), chance, Fill::kOnlyWhatIsSaid);
  }
  reply.chunks = split_words(cut_by_settings(reply, c, std::move(text)));
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> out;
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t from = at;
    while (at < text.size() && blank(text[at])) ++at;
    while (at < text.size() && !blank(text[at])) ++at;
    // Blanks at the very end belong to the last word.
    if (at == text.size() && !out.empty() && trim(text.substr(from)).empty()) {
      out.back() += text.substr(from);
    } else {
      out.emplace_back(text.substr(from, at - from));
    }
  }
  return out;
}

Reply demo_reply(const Json& request) {
  const Conversation conversation = read_conversation(request);
  Chance chance(conversation.seed);
  Reply reply;
  write_reply(reply, conversation, chance);
  reply.prompt_tokens = conversation.prompt_tokens;
  reply.completion_tokens = static_cast<std::int64_t>(reply.chunks.size());
  for (const Reply::Call& call : reply.calls) {
    reply.completion_tokens += 1 + static_cast<std::int64_t>(call.argument_chunks.size());
  }
  return reply;
}

}  // namespace tactus::llm::mock
