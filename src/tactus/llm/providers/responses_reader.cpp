#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/json_parser.hpp>
#include <tactus/llm/providers/openai_usage.hpp>
#include <tactus/llm/providers/responses_reader.hpp>
#include <tactus/llm/providers/responses_request.hpp>

namespace tactus::llm {
namespace {

// The text of a call: arguments, or the free text of a custom tool.
std::string_view input_of(const Json& value) {
  const std::string_view arguments = string_member(value, "arguments");
  return arguments.empty() ? string_member(value, "input") : arguments;
}

// An item without which the next request would not be understood: reasoning that nobody else keeps,
// and a conversation made short.
bool is_wanted_back(std::string_view type, const Json& item) {
  if (type == "compaction") return true;
  if (type != "reasoning") return false;
  const Json* content = find_member(item, "content");
  const bool has_text = content && content->is_array() && !content->get_array().empty();
  return has_text || !string_member(item, "encrypted_content").empty();
}

// Of the provider's own tools, or of those that it expects a client to have: "web_search".
std::string own_tool(std::string_view type, const Json& item) {
  constexpr std::string_view kEnd = "_call";
  if (!type.ends_with(kEnd)) return "";
  const std::string_view name = string_member(item, "name");
  return repair_utf8(name.empty() ? type.substr(0, type.size() - kEnd.size()) : name);
}

}  // namespace

Result<void> ResponsesReader::read(std::string_view name, const Json& event,
                                   std::vector<ModelEvent>& events) {
  if (!event.is_object()) {
    return fail(ErrorCode::kProviderStream,
                "the provider sent JSON that is no event: " + shown_bytes(dump_json(event)));
  }
  const std::string_view type = string_member(event, "type", name);
  if (type == "error" || (type.empty() && find_member(event, "error"))) {
    read_error(event, events);
    return {};
  }
  const std::int64_t index = int_member(event, "output_index", 0);
  if (const Json* item = find_member(event, "item"); item && item->is_object()) {
    if (type == "response.output_item.added") add_item(index, *item, events);
    if (type == "response.output_item.done") return end_item(index, *item, events);
    return {};
  }
  if (const Json* response = find_member(event, "response"); response && response->is_object()) {
    read_info(*response, events);
    const bool end = type == "response.completed" || type == "response.incomplete" ||
                     type == "response.failed" || type == "response.cancelled";
    return end ? read_end(type.substr(std::string_view("response.").size()), *response, events)
               : Result<void>();
  }
  if (type == "response.function_call_arguments.done" ||
      type == "response.custom_tool_call_input.done") {
    const auto found = items_.find(index);
    if (found != items_.end()) end_call(found->second, input_of(event), events);
  } else if (type.ends_with(".delta")) {
    read_delta(type, event, events);
  }
  return {};
}

void ResponsesReader::add_item(std::int64_t index, const Json& item,
                               std::vector<ModelEvent>& events) {
  if (items_.size() >= kItemsMax) return;  // Told when it is done.
  using Kind = Item::Kind;
  Item& made = items_[index];
  made = Item();
  const std::string_view type = string_member(item, "type");
  if (type == "message") made.kind = Kind::kMessage;
  if (type == "reasoning") made.kind = Kind::kReasoning;
  if (type != "function_call" && type != "custom_tool_call") return;
  made.kind = Kind::kCall;
  made.call = calls_++;
  events.emplace_back(ToolCallStart{made.call, repair_utf8(string_member(item, "call_id")),
                                    repair_utf8(string_member(item, "name"))});
}

Result<void> ResponsesReader::end_item(std::int64_t index, const Json& item,
                                       std::vector<ModelEvent>& events) {
  if (!items_.contains(index)) add_item(index, item, events);
  const auto found = items_.find(index);
  if (found == items_.end()) {
    return fail(ErrorCode::kProviderStream,
                fmt::format("the provider sent more than {} items in one answer", kItemsMax));
  }
  Item& ended = found->second;
  if (ended.kind == Item::Kind::kCall) end_call(ended, input_of(item), events);
  tell_texts(ended, item, events);
  flush(ended, events);
  const std::string_view type = string_member(item, "type");
  ProviderPart part{std::string(kResponsesDialect), nullptr};
  if (is_wanted_back(type, item)) {
    part.value = kept(item);
    part.value.as_object().stable_erase("status");  // Not taken back.
  } else if (ended.kind == Item::Kind::kOther) {
    part.note = own_tool(type, item);
  }
  if (!part.value.is_null() || !part.note.empty()) events.emplace_back(std::move(part));
  return {};
}

// Some servers give the arguments only here; the rest of what came in pieces is added.
void ResponsesReader::end_call(Item& item, std::string_view arguments,
                               std::vector<ModelEvent>& events) {
  if (item.kind != Item::Kind::kCall || !arguments.starts_with(item.arguments)) return;
  add_arguments(item, arguments.substr(item.arguments.size()), events);
}

// Of an item whose text did not come in pieces.
void ResponsesReader::tell_texts(Item& item, const Json& value, std::vector<ModelEvent>& events) {
  using Kind = Item::Kind;
  if (item.told || (item.kind != Kind::kMessage && item.kind != Kind::kReasoning)) return;
  for (const char* key : {"summary", "content"}) {
    const Json* parts = find_member(value, key);
    if (!parts || !parts->is_array()) continue;
    for (const Json& part : parts->get_array()) {
      add_text(item, string_member(part, "text"), events);
      if (std::string refusal = item.refusal.push(string_member(part, "refusal")); !refusal.empty())
        events.emplace_back(RefusalDelta{std::move(refusal)});
    }
    if (item.told) return;  // The summary and the text of one thought are one.
  }
}

void ResponsesReader::read_delta(std::string_view type, const Json& event,
                                 std::vector<ModelEvent>& events) {
  using Kind = Item::Kind;
  const std::string_view delta = string_member(event, "delta");
  const bool text = type == "response.output_text.delta";
  const bool refusal = type == "response.refusal.delta";
  const bool reasoning =
      type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta";
  const bool arguments = type == "response.function_call_arguments.delta" ||
                         type == "response.custom_tool_call_input.delta";
  if (!text && !refusal && !reasoning && !arguments) return;
  const std::int64_t index = int_member(event, "output_index", 0);
  auto found = items_.find(index);
  if (found == items_.end()) {
    if (arguments || items_.size() >= kItemsMax) return;
    found = items_.emplace(index, Item()).first;  // A server that does not announce its items.
    found->second.kind = reasoning ? Kind::kReasoning : Kind::kMessage;
  }
  Item& item = found->second;
  if (arguments) {
    add_arguments(item, delta, events);
  } else if (refusal) {
    item.told = true;
    if (std::string complete = item.refusal.push(delta); !complete.empty())
      events.emplace_back(RefusalDelta{std::move(complete)});
  } else if (reasoning == (item.kind == Kind::kReasoning)) {
    add_text(item, delta, events);
  }
}

void ResponsesReader::add_text(Item& item, std::string_view text, std::vector<ModelEvent>& events) {
  std::string complete = item.text.push(text);
  item.told = item.told || !text.empty();
  if (complete.empty()) return;
  if (item.kind == Item::Kind::kReasoning) {
    events.emplace_back(ReasoningDelta{std::move(complete)});
  } else {
    events.emplace_back(TextDelta{std::move(complete)});
  }
}

void ResponsesReader::add_arguments(Item& item, std::string_view text,
                                    std::vector<ModelEvent>& events) {
  if (item.kind != Item::Kind::kCall) return;
  item.arguments += text;
  std::string complete = item.text.push(text);
  if (!complete.empty()) events.emplace_back(ToolCallArguments{item.call, std::move(complete)});
}

void ResponsesReader::flush(Item& item, std::vector<ModelEvent>& events) {
  using Kind = Item::Kind;
  if (std::string rest = item.refusal.finish(); !rest.empty())
    events.emplace_back(RefusalDelta{std::move(rest)});
  std::string rest = item.text.finish();
  if (rest.empty()) return;
  if (item.kind == Kind::kReasoning) {
    events.emplace_back(ReasoningDelta{std::move(rest)});
  } else if (item.kind == Kind::kCall) {
    events.emplace_back(ToolCallArguments{item.call, std::move(rest)});
  } else {
    events.emplace_back(TextDelta{std::move(rest)});
  }
}

void ResponsesReader::read_info(const Json& response, std::vector<ModelEvent>& events) {
  if (!info_.response_id.empty() && !info_.model.empty()) return;
  const ResponseInfo before = info_;
  if (info_.response_id.empty()) info_.response_id = repair_utf8(string_member(response, "id"));
  if (info_.model.empty()) info_.model = repair_utf8(string_member(response, "model"));
  if (info_.response_id != before.response_id || info_.model != before.model)
    events.emplace_back(info_);
}

// The end repeats the whole answer, which counts only where nothing has come in pieces.
Result<void> ResponsesReader::read_end(std::string_view status, const Json& response,
                                       std::vector<ModelEvent>& events) {
  const Json* output = find_member(response, "output");
  if (items_.empty() && output && output->is_array()) {
    std::int64_t index = 0;
    for (const Json& item : output->get_array()) {
      if (auto ended = end_item(index++, item, events); !ended) return ended;
    }
  }
  finish(events);
  stopped_ = true;
  if (const Json* usage = find_member(response, "usage")) {
    if (auto report = read_responses_usage(*usage)) events.emplace_back(*std::move(report));
  }
  if (status == "completed") {
    events.emplace_back(
        Finish{calls_ > 0 ? FinishReason::kToolCalls : FinishReason::kStop, "completed"});
  } else if (status == "incomplete") {
    const Json* details = find_member(response, "incomplete_details");
    const std::string reason = repair_utf8(details ? string_member(*details, "reason") : "");
    const bool filtered = reason == "content_filter";
    events.emplace_back(Finish{filtered ? FinishReason::kContentFilter : FinishReason::kLength,
                               "incomplete:" + reason});
  } else {
    const Json* error = find_member(response, "error");
    if (!failed_ && error && error->is_object()) read_error(*error, events);
    events.emplace_back(Finish{FinishReason::kError, repair_utf8(status)});
  }
  return {};
}

// `{type: "error", code, message}`, or with the error inside.
void ResponsesReader::read_error(const Json& event, std::vector<ModelEvent>& events) {
  if (failed_) return;  // The first cause counts.
  auto body = read_error_body(event);
  if (!body) body = ErrorBody{"", "", shown_bytes(dump_json(event)), {}};
  if (body->type == "error") body->type.clear();  // That of the event.
  fail_with(*std::move(body), events);
}

void ResponsesReader::fail_with(ErrorBody body, std::vector<ModelEvent>& events) {
  failed_ = true;
  events.emplace_back(
      InBandError{repair_utf8(body.type), repair_utf8(body.code), repair_utf8(body.message)});
}

Result<void> ResponsesReader::read_whole(const Json& response, std::vector<ModelEvent>& events) {
  const Json* output = find_member(response, "output");
  if (output && output->is_array()) {
    read_info(response, events);
    return read_end(string_member(response, "status", "completed"), response, events);
  }
  if (const auto body = read_error_body(response)) {
    read_error(response, events);
    return {};
  }
  return fail(ErrorCode::kProviderStream,
              "the provider sent JSON that is no answer: " + shown_bytes(dump_json(response)));
}

void ResponsesReader::finish(std::vector<ModelEvent>& events) {
  for (auto& [index, item] : items_) flush(item, events);
}

}  // namespace tactus::llm
