#include <algorithm>
#include <map>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_chance.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>
#include <tactus/llm/output_mode.hpp>

namespace tactus::llm::mock {
namespace {

// Text of a message's `content`: a string, or the text parts of a list.
std::string content_text(const Json& message) {
  const Json* content = find_member(message, "content");
  if (!content) return {};
  if (const auto* text = content->if_string()) return std::string(text->data(), text->size());
  std::string out;
  if (const JsonArray* parts = content->if_array()) {
    for (const Json& part : *parts) {
      const std::string_view text = string_member(part, "text");
      if (!text.empty() && !out.empty()) out += '\n';
      out += text;
    }
  }
  return out;
}

// The messages a runtime sends when the program says nothing.
bool is_filler(std::string_view text) {
  const std::string word = to_lower(trim(text));
  return word.empty() || word == "continue." || word == "continue" || word == "go on" ||
         word == "go on." || word == "more" || word == "hello" || word == "hello." || word == "hi";
}

bool asks_to_go_on(std::string_view text) {
  const std::string word = to_lower(trim(text));
  return is_filler(text) && !word.starts_with("h");
}

void read_messages(const Json& request, Conversation& out) {
  const Json* messages = find_member(request, "messages");
  if (!messages || !messages->is_array()) return;
  std::map<std::string, std::string, std::less<>> call_names;
  for (const Json& message : messages->get_array()) {
    const std::string_view role = string_member(message, "role");
    std::string text = strip_notes(content_text(message));
    if (role == "system" || role == "developer") {
      if (!out.system.empty()) out.system += '\n';
      out.system += text;
    } else if (role == "user") {
      out.called_before.insert(out.called_before.end(), out.called.begin(), out.called.end());
      out.called.clear();
      out.results.clear();
      out.users.push_back(std::move(text));
    } else if (role == "tool") {
      const auto name = call_names.find(string_member(message, "tool_call_id"));
      const std::string fallback(string_member(message, "name", "tool"));
      out.results.push_back({name == call_names.end() ? fallback : name->second, text});
    } else if (role == "assistant") {
      if (!text.empty()) out.answers.push_back(std::move(text));
      const Json* calls = find_member(message, "tool_calls");
      if (!calls || !calls->is_array()) continue;
      for (const Json& call : calls->get_array()) {
        const Json* function = find_member(call, "function");
        if (!function) continue;
        out.called.emplace_back(string_member(*function, "name"));
        call_names[std::string(string_member(call, "id"))] = out.called.back();
      }
    }
  }
}

void read_tools(const Json& request, Conversation& out) {
  if (const Json* tools = find_member(request, "tools"); tools && tools->is_array()) {
    for (const Json& tool : tools->get_array()) {
      const Json* function = find_member(tool, "function");
      if (!function || string_member(*function, "name").empty()) continue;
      OfferedTool offered{std::string(string_member(*function, "name")),
                          std::string(string_member(*function, "description")),
                          {}};
      const Json* parameters = find_member(*function, "parameters");
      if (parameters && parameters->is_object()) offered.parameters = parameters->get_object();
      out.tools.push_back(std::move(offered));
    }
  }
  if (const Json* choice = find_member(request, "tool_choice")) {
    if (choice->is_string()) out.tool_choice = string_member(request, "tool_choice");
    if (const Json* function = find_member(*choice, "function")) {
      out.tool_choice = string_member(*function, "name", "required");
    }
  }
  out.parallel_tool_calls = bool_member(request, "parallel_tool_calls", true);
}

void read_settings(const Json& request, Conversation& out) {
  for (const char* key : {"max_completion_tokens", "max_tokens"}) {
    if (const std::int64_t tokens = int_member(request, key); tokens > 0) out.max_tokens = tokens;
  }
  if (const Json* stop = find_member(request, "stop")) {
    if (const auto* text = stop->if_string()) out.stop.emplace_back(text->data(), text->size());
    if (const JsonArray* list = stop->if_array()) {
      for (const Json& item : *list) {
        if (const auto* text = item.if_string()) out.stop.emplace_back(text->data(), text->size());
      }
    }
  }
  const Json* format = find_member(request, "response_format");
  if (!format) return;
  out.json_reply = string_member(*format, "type") == "json_object";
  const Json* wrapper = find_member(*format, "json_schema");
  const Json* schema = wrapper ? find_member(*wrapper, "schema") : nullptr;
  if (schema && schema->is_object()) out.schema = schema->get_object();
}

// What makes one conversation different from another. Delivery (stream, pace, faults) must not
// change the words.
void weigh(const Json& request, Conversation& out) {
  std::uint64_t hash = hash_text("tactus demo model");
  std::size_t characters = 0;
  for (const char* key : {"model", "messages", "tools", "tool_choice", "response_format", "seed"}) {
    const Json* member = find_member(request, key);
    if (!member) continue;
    const std::string text = dump_json(*member);
    hash = hash_text(text, hash_text(key, hash));
    if (std::string_view(key) == "messages" || std::string_view(key) == "tools") {
      characters += text.size();
    }
  }
  out.seed = hash;
  out.prompt_tokens = std::max<std::int64_t>(1, static_cast<std::int64_t>(characters / 4));
}

}  // namespace

std::string strip_notes(std::string_view text) {
  std::string out(text);
  for (const std::string_view note : {kFirstNote, kNote}) {
    for (std::size_t at = out.find(note); at != std::string::npos; at = out.find(note, at)) {
      std::size_t from = at;
      while (from > 0 && out[from - 1] == '\n') --from;
      out.erase(from, at + note.size() - from);
      at = from;
    }
  }
  return out;
}

const OfferedTool* Conversation::find_tool(std::string_view name) const {
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const auto& tool) { return tool.name == name; });
  return found == tools.end() ? nullptr : &*found;
}

bool Conversation::was_called(std::string_view name) const {
  const auto has = [&](const auto& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  return has(called) || (continuation && has(called_before));
}

std::string Conversation::said() const {
  std::string out = prompt;
  for (auto user = users.rbegin(); user != users.rend(); ++user) {
    if (*user == prompt) continue;
    out += '\n';
    out += *user;
  }
  return out;
}

Conversation read_conversation(const Json& request) {
  Conversation out;
  read_messages(request, out);
  read_tools(request, out);
  read_settings(request, out);
  if (!out.schema) out.schema = schema_of_instruction(out.system);
  weigh(request, out);
  out.continuation = !out.users.empty() && !out.answers.empty() && asks_to_go_on(out.users.back());
  for (auto user = out.users.rbegin(); user != out.users.rend(); ++user) {
    if (is_filler(*user)) continue;
    out.prompt = *user;
    break;
  }
  return out;
}

}  // namespace tactus::llm::mock
