#include <map>

#include <tactus/llm/providers/gemini_history.hpp>
#include <tactus/llm/providers/gemini_request.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kForeignSignature = "skip_thought_signature_validator";

JsonObject text_part(std::string_view text) {
  JsonObject part;
  part["text"] = text;
  return part;
}

JsonObject content_of(std::string_view role, JsonArray parts) {
  JsonObject content;
  content["role"] = role;
  content["parts"] = std::move(parts);
  return content;
}

// What Gemini said of one call, beside its name and arguments.
struct CallNotes {
  std::string id, signature;
};

// The parts of one answer of the model, in the order in which they came: what is known of it says
// after how much text and how many calls it stood.
class AnswerParts {
 public:
  AnswerParts(const Message& message, bool signs_calls)
      : message_(message), signs_calls_(signs_calls), notes_(notes_of(message)) {}

  JsonArray build() {
    for (const ProviderPart& part : message_.provider_parts) {
      if (part.dialect == kGeminiDialect) add_marked(part);
    }
    add_text_until(message_.content.size());
    add_calls_until(message_.tool_calls.size());
    return std::move(parts_);
  }

  const std::map<std::size_t, CallNotes>& notes() const { return notes_; }

 private:
  static std::map<std::size_t, CallNotes> notes_of(const Message& message) {
    std::map<std::size_t, CallNotes> notes;
    for (const ProviderPart& part : message.provider_parts) {
      if (part.dialect != kGeminiDialect || !find_member(part.value, "call")) continue;
      CallNotes& of_call = notes[static_cast<std::size_t>(int_member(part.value, "call"))];
      if (const auto id = string_member(part.value, "id"); !id.empty()) of_call.id = id;
      const auto signature = string_member(part.value, "thoughtSignature");
      if (!signature.empty()) of_call.signature = signature;
    }
    return notes;
  }

  void add_marked(const ProviderPart& part) {
    if (find_member(part.value, "call")) return;  // Stands at its call.
    const std::string_view signature = string_member(part.value, "thoughtSignature");
    const bool thought = find_member(part.value, "thought") != nullptr;
    const auto own = static_cast<std::size_t>(int_member(part.value, "text_bytes"));
    // A text that was changed since has no part that was signed.
    if (part.text_bytes > message_.content.size() || own > part.text_bytes ||
        part.text_bytes - own < text_done_) {
      return;
    }
    add_text_until(part.text_bytes - own);
    add_calls_until(part.calls);
    JsonObject marked = thought ? text_part(string_member(part.value, "thought"))
                                : text_part(message_.content.substr(text_done_, own));
    if (thought) marked["thought"] = true;
    marked["thoughtSignature"] = signature;
    parts_.emplace_back(std::move(marked));
    text_done_ += own;
  }

  void add_text_until(std::size_t end) {
    if (end <= text_done_) return;
    parts_.emplace_back(text_part(message_.content.substr(text_done_, end - text_done_)));
    text_done_ = end;
  }

  void add_calls_until(std::size_t end) {
    for (; calls_done_ < std::min(end, message_.tool_calls.size()); ++calls_done_) add_call();
  }

  void add_call() {
    const ToolCall& call = message_.tool_calls[calls_done_];
    const auto known = notes_.find(calls_done_);
    const CallNotes notes = known == notes_.end() ? CallNotes() : known->second;
    JsonObject function;
    if (!notes.id.empty()) function["id"] = notes.id;
    function["name"] = call.name;
    const auto arguments = parse_json(call.arguments);
    function["args"] = arguments && arguments->is_object() ? *arguments : Json(JsonObject());
    JsonObject part;
    part["functionCall"] = std::move(function);
    const bool foreign = signs_calls_ && notes_.empty() && calls_done_ == 0;
    if (!notes.signature.empty()) {
      part["thoughtSignature"] = notes.signature;
    } else if (foreign) {
      part["thoughtSignature"] = kForeignSignature;
    }
    parts_.emplace_back(std::move(part));
  }

  const Message& message_;
  bool signs_calls_;
  std::map<std::size_t, CallNotes> notes_;
  JsonArray parts_;
  std::size_t text_done_ = 0, calls_done_ = 0;
};

// What the last answers asked for, by our ids: the name, and Gemini's id if it gave one.
struct Asked {
  std::string name, id;
};

JsonObject function_response(const Message& message, const std::map<std::string, Asked>& asked) {
  const auto call = asked.find(message.tool_call_id);
  JsonObject function;
  if (call != asked.end() && !call->second.id.empty()) function["id"] = call->second.id;
  function["name"] = call == asked.end() ? message.name : call->second.name;
  // An object is wanted; anything else becomes the result in one.
  const auto said = parse_json(message.content);
  JsonObject result;
  if (said && said->is_object()) {
    result = said->get_object();
  } else {
    result["result"] = said ? *said : Json(message.content);
  }
  function["response"] = std::move(result);
  JsonObject part;
  part["functionResponse"] = std::move(function);
  return part;
}

class HistoryWriter {
 public:
  explicit HistoryWriter(bool signs_calls) : signs_calls_(signs_calls) {}

  void add(const Message& message) {
    if (message.role != Role::kTool) end_responses();
    switch (message.role) {
      case Role::kSystem:
        history_.system.emplace_back(text_part(message.content));
        break;
      case Role::kUser:
        history_.contents.emplace_back(content_of("user", {text_part(message.content)}));
        break;
      case Role::kAssistant:
        add_answer(message);
        break;
      case Role::kTool:
        responses_.emplace_back(function_response(message, asked_));
        break;
    }
  }

  GeminiHistory take() {
    end_responses();
    // Nothing is answered without contents: instructions alone are what is asked.
    if (history_.contents.empty() && !history_.system.empty()) {
      history_.contents.emplace_back(content_of("user", std::move(history_.system)));
      history_.system = JsonArray();
    }
    return std::move(history_);
  }

 private:
  void add_answer(const Message& message) {
    AnswerParts parts(message, signs_calls_);
    JsonArray built = parts.build();
    for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
      const auto notes = parts.notes().find(i);
      asked_[message.tool_calls[i].id] = {message.tool_calls[i].name,
                                          notes == parts.notes().end() ? "" : notes->second.id};
    }
    if (!built.empty()) history_.contents.emplace_back(content_of("model", std::move(built)));
  }

  // All responses to one answer stand in one content.
  void end_responses() {
    if (responses_.empty()) return;
    history_.contents.emplace_back(content_of("user", std::move(responses_)));
    responses_ = JsonArray();
  }

  bool signs_calls_;
  std::map<std::string, Asked> asked_;
  JsonArray responses_;
  GeminiHistory history_;
};

}  // namespace

GeminiHistory gemini_history(const std::vector<Message>& messages, bool signs_calls) {
  HistoryWriter writer(signs_calls);
  for (const Message& message : messages) writer.add(message);
  return writer.take();
}

JsonObject gemini_call_part(int call, std::string_view id, std::string_view signature) {
  JsonObject value;
  value["call"] = call;
  if (!id.empty()) value["id"] = id;
  if (!signature.empty()) value["thoughtSignature"] = signature;
  return value;
}

JsonObject gemini_thought_part(std::string_view text, std::string_view signature) {
  JsonObject value;
  value["thought"] = text;
  value["thoughtSignature"] = signature;
  return value;
}

JsonObject gemini_text_part(std::size_t text_bytes, std::string_view signature) {
  JsonObject value;
  value["text_bytes"] = text_bytes;
  value["thoughtSignature"] = signature;
  return value;
}

}  // namespace tactus::llm
