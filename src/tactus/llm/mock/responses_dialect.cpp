// The OpenAI Responses format of the mock provider.
#include <tactus/llm/mock/dialect.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::string_view kEncrypted = "ZW5jcnlwdGVkIGJ5IHRoZSBtb2Nr";

JsonObject usage_of(const JsonObject& chat) {
  const Json usage(chat);
  const Json* prompt = find_member(usage, "prompt_tokens_details");
  const Json* completion = find_member(usage, "completion_tokens_details");
  return {{"input_tokens", int_member(usage, "prompt_tokens")},
          {"input_tokens_details",
           JsonObject{{"cached_tokens", prompt ? int_member(*prompt, "cached_tokens") : 0}}},
          {"output_tokens", int_member(usage, "completion_tokens")},
          {"output_tokens_details",
           JsonObject{
               {"reasoning_tokens", completion ? int_member(*completion, "reasoning_tokens") : 0}}},
          {"total_tokens", int_member(usage, "total_tokens")}};
}

JsonObject response_of(const ResponseIdentity& identity, std::string_view status) {
  return {{"id", identity.id}, {"object", "response"},    {"created_at", identity.created},
          {"status", status},  {"model", identity.model}, {"output", JsonArray()}};
}

// How an answer ends, in `response`; gives its status.
std::string_view settle(std::string_view reason, const JsonObject& usage, JsonObject& response) {
  response["usage"] = usage_of(usage);
  if (reason != "length" && reason != "content_filter") return "completed";
  const char* why = reason == "length" ? "max_output_tokens" : "content_filter";
  response["incomplete_details"] = JsonObject{{"reason", why}};
  response["status"] = "incomplete";
  return "incomplete";
}

JsonObject message_item(std::string_view text) {
  JsonArray content;
  if (!text.empty()) {
    content.push_back(
        JsonObject{{"type", "output_text"}, {"text", text}, {"annotations", JsonArray()}});
  }
  return {{"type", "message"}, {"role", "assistant"}, {"content", std::move(content)}};
}

JsonObject reasoning_item(std::string_view text) {
  JsonArray summary;
  if (!text.empty()) summary.push_back(JsonObject{{"type", "summary_text"}, {"text", text}});
  return {
      {"type", "reasoning"}, {"summary", std::move(summary)}, {"encrypted_content", kEncrypted}};
}

JsonObject call_item(std::string_view id, std::string_view name, std::string_view arguments) {
  return {{"type", "function_call"}, {"call_id", id}, {"name", name}, {"arguments", arguments}};
}

class Writer final : public AnswerWriter {
 public:
  explicit Writer(ResponseIdentity identity) : identity_(std::move(identity)) {}

  void begin(std::string& out) override {
    append(out, "response.created", {{"response", response_of(identity_, "in_progress")}});
  }
  void content(std::string& out, std::string_view text) override {
    open(out, Open::kMessage, message_item(""));
    delta(out, "response.output_text.delta", text);
  }
  void reasoning(std::string& out, std::string_view text) override {
    open(out, Open::kReasoning, reasoning_item(""));
    delta(out, "response.reasoning_summary_text.delta", text);
  }
  void call_start(std::string& out, std::size_t, std::string_view id,
                  std::string_view name) override {
    close(out);
    call_id_ = id;
    call_name_ = name;
    open(out, Open::kCall, call_item(id, name, ""));
  }
  void call_arguments(std::string& out, std::size_t, std::string_view text) override {
    delta(out, "response.function_call_arguments.delta", text);
  }
  void end(std::string& out, std::string_view reason, const JsonObject& usage) override {
    close(out);
    JsonObject response = response_of(identity_, "completed");
    const std::string_view status = settle(reason, usage, response);
    append(out, "response." + std::string(status), {{"response", std::move(response)}});
  }
  void error(std::string& out, const JsonObject& error) override {
    const Json all(error);
    append(out, "error",
           {{"code", string_member(all.at("error"), "code", "server_error")},
            {"message", string_member(all.at("error"), "message")}});
  }

 private:
  enum class Open : std::uint8_t { kNothing, kMessage, kReasoning, kCall };

  void append(std::string& out, std::string_view type, JsonObject members) {
    members["sequence_number"] = sequence_++;
    append_event(out, type, std::move(members));
  }
  void open(std::string& out, Open what, JsonObject item) {
    if (open_ == what) return;
    close(out);
    open_ = what;
    append(out, "response.output_item.added",
           {{"output_index", index_}, {"item", std::move(item)}});
  }
  void delta(std::string& out, std::string_view type, std::string_view text) {
    text_ += text;
    append(out, type, {{"output_index", index_}, {"content_index", 0}, {"delta", text}});
  }
  void close(std::string& out) {
    if (open_ == Open::kNothing) return;
    JsonObject item = open_ == Open::kMessage     ? message_item(text_)
                      : open_ == Open::kReasoning ? reasoning_item(text_)
                                                  : call_item(call_id_, call_name_, text_);
    append(out, "response.output_item.done",
           {{"output_index", index_++}, {"item", std::move(item)}});
    open_ = Open::kNothing;
    text_.clear();
  }

  ResponseIdentity identity_;
  Open open_ = Open::kNothing;
  std::string text_, call_id_, call_name_;
  int index_ = 0, sequence_ = 0;
};

void add_item(const Json& item, JsonArray& messages) {
  const std::string_view type = string_member(item, "type", "message");
  if (type == "message") {
    messages.push_back(JsonObject{{"role", string_member(item, "role", "user")},
                                  {"content", text_of_parts(find_member(item, "content"))}});
  } else if (type == "function_call") {
    JsonArray calls;
    calls.push_back(
        JsonObject{{"id", string_member(item, "call_id")},
                   {"type", "function"},
                   {"function", JsonObject{{"name", string_member(item, "name")},
                                           {"arguments", string_member(item, "arguments")}}}});
    messages.push_back(
        JsonObject{{"role", "assistant"}, {"content", nullptr}, {"tool_calls", std::move(calls)}});
  } else if (type == "function_call_output") {
    messages.push_back(JsonObject{{"role", "tool"},
                                  {"tool_call_id", string_member(item, "call_id")},
                                  {"content", text_of_parts(find_member(item, "output"))}});
  }
}

}  // namespace

Json chat_of_responses(const Json& request) {
  JsonObject chat;
  copy_common(request, chat);
  JsonArray messages;
  const std::string_view instructions = string_member(request, "instructions");
  if (!instructions.empty())
    messages.push_back(JsonObject{{"role", "system"}, {"content", instructions}});
  if (const Json* input = find_member(request, "input")) {
    if (input->is_string()) messages.push_back(JsonObject{{"role", "user"}, {"content", *input}});
    if (const JsonArray* items = input->if_array()) {
      for (const Json& item : *items) add_item(item, messages);
    }
  }
  chat["messages"] = std::move(messages);
  if (const Json* tools = find_member(request, "tools"); tools && tools->is_array()) {
    JsonArray list;
    for (const Json& tool : tools->get_array()) {
      list.push_back(chat_tool(string_member(tool, "name"), string_member(tool, "description"),
                               find_member(tool, "parameters")));
    }
    chat["tools"] = std::move(list);
  }
  if (const Json* choice = find_member(request, "tool_choice")) {
    chat["tool_choice"] = *choice;
    const std::string_view name = string_member(*choice, "name");
    if (!name.empty()) chat["tool_choice"] = JsonObject{{"function", JsonObject{{"name", name}}}};
  }
  if (const Json* parallel = find_member(request, "parallel_tool_calls"))
    chat["parallel_tool_calls"] = *parallel;
  if (const Json* tokens = find_member(request, "max_output_tokens")) chat["max_tokens"] = *tokens;
  const Json* text = find_member(request, "text");
  const Json* format = text ? find_member(*text, "format") : nullptr;
  if (format) {
    chat["response_format"] = JsonObject{{"type", "json_schema"}, {"json_schema", *format}};
  }
  return chat;
}

std::unique_ptr<AnswerWriter> responses_writer(const ResponseIdentity& identity, const Json&) {
  return std::make_unique<Writer>(identity);
}

JsonObject whole_responses(const Plan& plan, const ResponseIdentity& identity) {
  const WholeReply reply = put_together(plan);
  JsonArray output;
  if (!reply.reasoning.empty()) output.push_back(reasoning_item(reply.reasoning));
  if (!reply.content.empty()) output.push_back(message_item(reply.content));
  for (const WholeReply::Call& call : reply.calls)
    output.push_back(call_item(call.id, call.name, call.arguments));
  JsonObject response = response_of(identity, "completed");
  response["output"] = std::move(output);
  (void)settle(plan.finish_reason, plan.usage, response);
  return response;
}

}  // namespace tactus::llm::mock
