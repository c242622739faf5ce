// The Anthropic Messages format of the mock provider.
#include <tactus/llm/mock/dialect.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::string_view kSignature = "c2lnbmVkIGJ5IHRoZSBtb2Nr";

std::string_view stop_reason_of(std::string_view reason) {
  if (reason == "tool_calls") return "tool_use";
  if (reason == "length") return "max_tokens";
  if (reason == "content_filter") return "refusal";
  return "end_turn";
}

JsonObject usage_of(const JsonObject& chat) {
  const Json usage(chat);
  const Json* prompt = find_member(usage, "prompt_tokens_details");
  const Json* completion = find_member(usage, "completion_tokens_details");
  const std::int64_t cached = prompt ? int_member(*prompt, "cached_tokens") : 0;
  const std::int64_t thought = completion ? int_member(*completion, "reasoning_tokens") : 0;
  return {{"input_tokens", int_member(usage, "prompt_tokens") - cached},
          {"cache_read_input_tokens", cached},
          {"cache_creation_input_tokens", 0},
          {"output_tokens", int_member(usage, "completion_tokens")},
          {"output_tokens_details", JsonObject{{"thinking_tokens", thought}}}};
}

JsonObject message_of(const ResponseIdentity& identity) {
  return {{"id", identity.id},        {"type", "message"},      {"role", "assistant"},
          {"model", identity.model},  {"content", JsonArray()}, {"stop_reason", nullptr},
          {"stop_sequence", nullptr}, {"usage", usage_of({})}};
}

class Writer final : public AnswerWriter {
 public:
  explicit Writer(ResponseIdentity identity) : identity_(std::move(identity)) {}

  void begin(std::string& out) override {
    append_event(out, "message_start", {{"message", message_of(identity_)}});
  }
  void content(std::string& out, std::string_view text) override {
    open(out, Open::kText, {{"type", "text"}, {"text", ""}});
    delta(out, {{"type", "text_delta"}, {"text", text}});
  }
  void reasoning(std::string& out, std::string_view text) override {
    open(out, Open::kThinking, {{"type", "thinking"}, {"thinking", ""}, {"signature", ""}});
    delta(out, {{"type", "thinking_delta"}, {"thinking", text}});
  }
  void call_start(std::string& out, std::size_t, std::string_view id,
                  std::string_view name) override {
    close(out);
    open(out, Open::kCall,
         {{"type", "tool_use"}, {"id", id}, {"name", name}, {"input", JsonObject()}});
  }
  void call_arguments(std::string& out, std::size_t, std::string_view text) override {
    delta(out, {{"type", "input_json_delta"}, {"partial_json", text}});
  }
  void end(std::string& out, std::string_view reason, const JsonObject& usage) override {
    close(out);
    append_event(out, "message_delta",
                 {{"delta", JsonObject{{"stop_reason", stop_reason_of(reason)}}},
                  {"usage", usage_of(usage)}});
    append_event(out, "message_stop", {});
  }
  void error(std::string& out, const JsonObject& error) override {
    const Json all(error);
    const std::string_view code = string_member(all.at("error"), "code");
    const char* type = code == "overloaded"            ? "overloaded_error"
                       : code == "rate_limit_exceeded" ? "rate_limit_error"
                                                       : "api_error";
    append_event(out, "error",
                 {{"error", JsonObject{{"type", type},
                                       {"message", string_member(all.at("error"), "message")}}}});
  }

 private:
  enum class Open : std::uint8_t { kNothing, kText, kThinking, kCall };

  void open(std::string& out, Open what, JsonObject block) {
    if (open_ == what && what != Open::kCall) return;
    close(out);
    open_ = what;
    append_event(out, "content_block_start",
                 {{"index", index_}, {"content_block", std::move(block)}});
  }
  void delta(std::string& out, JsonObject what) const {
    append_event(out, "content_block_delta", {{"index", index_}, {"delta", std::move(what)}});
  }
  void close(std::string& out) {
    if (open_ == Open::kNothing) return;
    if (open_ == Open::kThinking)
      delta(out, {{"type", "signature_delta"}, {"signature", kSignature}});
    append_event(out, "content_block_stop", {{"index", index_++}});
    open_ = Open::kNothing;
  }

  ResponseIdentity identity_;
  Open open_ = Open::kNothing;
  int index_ = 0;
};

void add_user(const Json& message, JsonArray& chat) {
  const Json* content = find_member(message, "content");
  std::string text;
  if (const JsonArray* blocks = content ? content->if_array() : nullptr) {
    for (const Json& block : *blocks) {
      if (string_member(block, "type") != "tool_result") continue;
      chat.push_back(JsonObject{{"role", "tool"},
                                {"tool_call_id", string_member(block, "tool_use_id")},
                                {"content", text_of_parts(find_member(block, "content"))}});
    }
  }
  text = text_of_parts(content);
  if (!text.empty()) chat.push_back(JsonObject{{"role", "user"}, {"content", text}});
}

void add_assistant(const Json& message, JsonArray& chat) {
  const Json* content = find_member(message, "content");
  JsonArray calls;
  if (const JsonArray* blocks = content ? content->if_array() : nullptr) {
    for (const Json& block : *blocks) {
      if (string_member(block, "type") != "tool_use") continue;
      const Json* input = find_member(block, "input");
      calls.push_back(
          JsonObject{{"id", string_member(block, "id")},
                     {"type", "function"},
                     {"function", JsonObject{{"name", string_member(block, "name")},
                                             {"arguments", input ? dump_json(*input) : "{}"}}}});
    }
  }
  JsonObject entry{{"role", "assistant"}, {"content", text_of_parts(content)}};
  if (!calls.empty()) entry["tool_calls"] = std::move(calls);
  chat.push_back(std::move(entry));
}

void read_tool_choice(const Json& choice, JsonObject& chat) {
  const std::string_view type = string_member(choice, "type");
  if (type == "any") chat["tool_choice"] = "required";
  if (type == "auto" || type == "none") chat["tool_choice"] = type;
  if (type == "tool")
    chat["tool_choice"] =
        JsonObject{{"function", JsonObject{{"name", string_member(choice, "name")}}}};
  if (bool_member(choice, "disable_parallel_tool_use")) chat["parallel_tool_calls"] = false;
}

}  // namespace

Json chat_of_anthropic(const Json& request) {
  JsonObject chat;
  copy_common(request, chat);
  JsonArray messages;
  if (const std::string system = text_of_parts(find_member(request, "system")); !system.empty())
    messages.push_back(JsonObject{{"role", "system"}, {"content", system}});
  if (const Json* list = find_member(request, "messages"); list && list->is_array()) {
    for (const Json& message : list->get_array()) {
      if (string_member(message, "role") == "assistant") {
        add_assistant(message, messages);
      } else {
        add_user(message, messages);
      }
    }
  }
  chat["messages"] = std::move(messages);
  if (const Json* tools = find_member(request, "tools"); tools && tools->is_array()) {
    JsonArray list;
    for (const Json& tool : tools->get_array()) {
      list.push_back(chat_tool(string_member(tool, "name"), string_member(tool, "description"),
                               find_member(tool, "input_schema")));
    }
    chat["tools"] = std::move(list);
  }
  if (const Json* choice = find_member(request, "tool_choice")) read_tool_choice(*choice, chat);
  if (const Json* tokens = find_member(request, "max_tokens")) chat["max_tokens"] = *tokens;
  if (const Json* stop = find_member(request, "stop_sequences")) chat["stop"] = *stop;
  const Json* config = find_member(request, "output_config");
  const Json* format = config ? find_member(*config, "format") : nullptr;
  if (format) {
    chat["response_format"] = JsonObject{{"type", "json_schema"}, {"json_schema", *format}};
  }
  return chat;
}

std::unique_ptr<AnswerWriter> anthropic_writer(const ResponseIdentity& identity, const Json&) {
  return std::make_unique<Writer>(identity);
}

JsonObject whole_anthropic(const Plan& plan, const ResponseIdentity& identity) {
  const WholeReply reply = put_together(plan);
  JsonArray content;
  if (!reply.reasoning.empty()) {
    content.push_back(
        JsonObject{{"type", "thinking"}, {"thinking", reply.reasoning}, {"signature", kSignature}});
  }
  if (!reply.content.empty())
    content.push_back(JsonObject{{"type", "text"}, {"text", reply.content}});
  for (const WholeReply::Call& call : reply.calls) {
    const auto input = parse_json(call.arguments.empty() ? "{}" : call.arguments);
    content.push_back(JsonObject{{"type", "tool_use"},
                                 {"id", call.id},
                                 {"name", call.name},
                                 {"input", input ? *input : Json(JsonObject())}});
  }
  JsonObject message = message_of(identity);
  message["content"] = std::move(content);
  message["stop_reason"] = stop_reason_of(plan.finish_reason);
  message["usage"] = usage_of(plan.usage);
  return message;
}

}  // namespace tactus::llm::mock
