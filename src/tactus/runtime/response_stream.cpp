#include <tactus/base/utf8.hpp>
#include <tactus/llm/prices.hpp>
#include <tactus/llm/provider.hpp>
#include <tactus/runtime/response_stream.hpp>

namespace tactus::runtime {
namespace {

journal::DeltaStreamPtr make_stream(journal::EventType type, journal::TurnScopePtr turn,
                                    std::string id, std::string tool_name = {}) {
  auto stream = std::make_shared<journal::DeltaStream>();
  stream->type = type;
  stream->turn = std::move(turn);
  stream->id = std::move(id);
  stream->tool_name = std::move(tool_name);
  return stream;
}

}  // namespace

ResponseStream::ResponseStream(journal::RunLog& log, const Clock& clock, Options options)
    : log_(log), clock_(clock), options_(std::move(options)) {
  text_stream_ =
      make_stream(journal::EventType::kAgentStreamChunk, options_.turn, options_.ids.text_message);
  reasoning_stream_ = make_stream(journal::EventType::kAgentReasoningChunk, options_.turn,
                                  options_.ids.reasoning_message);
  if (options_.output) document_ = std::make_unique<partial::Document>(options_.output);
}

void ResponseStream::add(std::span<const llm::ModelEvent> events) {
  std::vector<journal::RunLog::Delta> deltas;
  deltas.reserve(events.size());
  for (const llm::ModelEvent& event : events) {
    if (stopped_ || rejection_) break;
    add_one(event, deltas);
    if (!options_.on_piece || rejection_) continue;
    append(deltas);
    stopped_ = !report_piece(event);
  }
  append(deltas);
}

void ResponseStream::add_one(const llm::ModelEvent& event,
                             std::vector<journal::RunLog::Delta>& deltas) {
  if (const auto* text = std::get_if<llm::TextDelta>(&event)) {
    add_text(text->text, deltas);
  } else if (const auto* reasoning = std::get_if<llm::ReasoningDelta>(&event)) {
    add_reasoning(reasoning->text, deltas);
  } else if (const auto* refusal = std::get_if<llm::RefusalDelta>(&event)) {
    // A refusal is what the model says to the person, so it is shown as its text.
    response_.refusal += refusal->text;
    add_text(refusal->text, deltas);
  } else if (const auto* start = std::get_if<llm::ToolCallStart>(&event)) {
    start_call(*start, deltas);
  } else if (const auto* piece = std::get_if<llm::ToolCallArguments>(&event)) {
    add_arguments(*piece, deltas);
  } else if (const auto* part = std::get_if<llm::ProviderPart>(&event)) {
    if (!part->note.empty()) report_own_tool(part->note, deltas);
    if (!part->value.is_null())
      response_.provider_parts.push_back(
          {part->dialect, part->value, response_.text.size(), response_.calls.size()});
  } else if (const auto* error = std::get_if<llm::InBandError>(&event)) {
    response_.error = *error;
  }
}

void ResponseStream::add_text(const std::string& text,
                              std::vector<journal::RunLog::Delta>& deltas) {
  if (text.empty()) return;
  note_arrival();
  response_.text += text;
  text_characters_ += utf8_length(text);
  if (document_) return add_output(text, deltas);
  if (!options_.stream.text) return;
  remember_message(options_.ids.text_message);
  deltas.push_back({text_stream_, text});
}

// More of a structured reply: what it changes of the object goes into the log.
void ResponseStream::add_output(const std::string& text,
                                std::vector<journal::RunLog::Delta>& deltas) {
  const partial::DeltaSink sink = [&](const partial::Delta& change) {
    output_changed_ = true;
    if (options_.stream.output) append_output(change, deltas);
  };
  document_->push(text, sink);
  // A reply that is whole is judged when its end has come; one that may still turn to tools, too.
  const bool is_the_answer = !options_.tools_offered || document_->begins_the_reply();
  if (document_->state() == partial::Document::State::kInvalid && !document_->whole() &&
      is_the_answer)
    rejection_ = document_->violation();
}

void ResponseStream::append_output(const partial::Delta& change,
                                   std::vector<journal::RunLog::Delta>& deltas) {
  if (change.op == partial::Delta::Op::kAppend && !change.valid) {
    if (!output_text_ || output_text_->id != change.path) {
      output_text_ = make_stream(journal::EventType::kAgentOutputDelta, options_.turn,
                                 std::string(change.path));
    }
    deltas.push_back({output_text_, output_texts_.emplace_back(change.text)});
    return;
  }
  append(deltas);
  JsonObject body{{"path", change.path}, {"op", partial::op_name(change.op)}};
  body["valid"] = change.valid ? Json(*change.valid) : Json(nullptr);
  if (change.value) body["value"] = *change.value;
  if (change.op == partial::Delta::Op::kAppend) body["value"] = change.text;
  log_.append({journal::EventType::kAgentOutputDelta, options_.turn, std::move(body)});
}

const Json& ResponseStream::partial() const {
  static const Json kNone;
  return document_ ? document_->value() : kNone;
}

void ResponseStream::add_reasoning(const std::string& text,
                                   std::vector<journal::RunLog::Delta>& deltas) {
  if (text.empty()) return;
  note_arrival();
  response_.reasoning += text;
  reasoning_characters_ += utf8_length(text);
  if (!options_.stream.reasoning) return;
  remember_message(options_.ids.reasoning_message);
  deltas.push_back({reasoning_stream_, text});
}

void ResponseStream::start_call(const llm::ToolCallStart& start,
                                std::vector<journal::RunLog::Delta>& deltas) {
  const auto index = static_cast<std::size_t>(start.index);
  if (index < response_.calls.size()) return;
  note_arrival();
  // Order matters: what was said before the call goes into the log before it.
  append(deltas);
  llm::ToolCall call;
  call.id = options_.ids.tool_call(start.id);
  call.name = start.name;
  Call entry;
  entry.stream = make_stream(journal::EventType::kAgentToolCall, options_.turn, call.id, call.name);
  entry.characters = utf8_length(call.name);
  append_call(call, "started");
  calls_.push_back(std::move(entry));
  response_.calls.push_back(std::move(call));
}

void ResponseStream::add_arguments(const llm::ToolCallArguments& piece,
                                   std::vector<journal::RunLog::Delta>& deltas) {
  const auto index = static_cast<std::size_t>(piece.index);
  if (index >= response_.calls.size() || piece.text.empty()) return;
  note_arrival();
  response_.calls[index].arguments += piece.text;
  calls_[index].characters += utf8_length(piece.text);
  if (options_.stream.tools) deltas.push_back({calls_[index].stream, piece.text});
}

void ResponseStream::append_call(const llm::ToolCall& call, std::string_view stage,
                                 JsonObject more) {
  JsonObject body{{"tool_call_id", call.id}, {"tool_name", call.name}, {"stage", stage}};
  for (auto& member : more) body[member.key()] = std::move(member.value());
  log_.append({journal::EventType::kAgentToolCall, options_.turn, std::move(body)});
}

// What the provider runs itself is no call of ours, but it is not done in secret.
void ResponseStream::report_own_tool(const std::string& name,
                                     std::vector<journal::RunLog::Delta>& deltas) {
  append(deltas);
  JsonObject body;
  body["level"] = "INFO";
  body["message"] = fmt::format("agent '{}': the provider used its own tool '{}'",
                                options_.turn->agent_name, name);
  body["logger_name"] = "provider";
  log_.append({journal::EventType::kLog, nullptr, std::move(body)});
}

void ResponseStream::append(std::vector<journal::RunLog::Delta>& deltas) {
  if (deltas.empty()) return;
  log_.append_deltas(deltas);
  deltas.clear();
  output_texts_.clear();
}

bool ResponseStream::report_piece(const llm::ModelEvent& event) {
  using Kind = ResponsePiece::Kind;
  const auto* text = std::get_if<llm::TextDelta>(&event);
  const auto* refusal = std::get_if<llm::RefusalDelta>(&event);
  if (text || refusal) {
    const std::string& shown = text ? text->text : refusal->text;
    if (document_) {
      const bool changed = std::exchange(output_changed_, false);
      const auto state = document_->state();
      if (!options_.stream.output || !changed || state == partial::Document::State::kInvalid)
        return true;
      return options_.on_piece({Kind::kOutput, shown, &document_->value(),
                                state == partial::Document::State::kComplete});
    }
    if (!options_.stream.text || shown.empty()) return true;
    return options_.on_piece({Kind::kText, shown});
  }
  if (reported_calls_ < response_.calls.size())
    return report_call(response_.calls[reported_calls_++], "started", {});
  if (const auto* piece = std::get_if<llm::ToolCallArguments>(&event)) {
    const auto index = static_cast<std::size_t>(piece->index);
    if (index >= response_.calls.size() || piece->text.empty() || !options_.stream.tools)
      return true;
    return report_call(response_.calls[index], "arguments", {{"arguments_delta", piece->text}});
  }
  const auto* reasoning = std::get_if<llm::ReasoningDelta>(&event);
  if (!reasoning || !options_.stream.reasoning || reasoning->text.empty()) return true;
  return options_.on_piece({Kind::kReasoning, reasoning->text});
}

bool ResponseStream::report_call(const llm::ToolCall& call, std::string_view stage,
                                 JsonObject more) {
  more["tool_call_id"] = call.id;
  more["tool_name"] = call.name;
  more["stage"] = stage;
  return options_.on_piece({.kind = ResponsePiece::Kind::kToolCall, .event = &more});
}

void ResponseStream::settle() {
  if (std::exchange(settled_, true)) return;
  std::vector<journal::RunLog::Delta> deltas;
  if (!options_.stream.reasoning && !response_.reasoning.empty()) {
    remember_message(options_.ids.reasoning_message);
    deltas.push_back({reasoning_stream_, response_.reasoning});
  }
  if (!document_ && !options_.stream.text && !response_.text.empty()) {
    remember_message(options_.ids.text_message);
    deltas.push_back({text_stream_, response_.text});
    append(deltas);
    if (options_.on_piece && !stopped_)
      stopped_ = !options_.on_piece({ResponsePiece::Kind::kText, response_.text});
  }
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (!options_.stream.tools && !response_.calls[i].arguments.empty()) {
      deltas.push_back({calls_[i].stream, response_.calls[i].arguments});
      append(deltas);
      if (options_.on_piece && !stopped_)
        stopped_ = !report_call(response_.calls[i], "arguments",
                                {{"arguments_delta", response_.calls[i].arguments}});
    }
  }
  append(deltas);
}

void ResponseStream::finish(Calls calls, const std::string& reason) {
  settle();
  if (calls == Calls::kKeep) return;
  for (const llm::ToolCall& call : response_.calls) {
    append_call(call, "failed", {{"error", reason}});
    if (options_.on_piece && !stopped_)
      stopped_ = !report_call(call, "failed", {{"error", reason}});
  }
}

void ResponseStream::note_arrival() {
  const SteadyTime now = clock_.steady();
  if (!arrivals_.first) arrivals_.first = now;
  if (arrivals_.last && arrivals_.gaps_ms.size() < Arrivals::kGapsMax) {
    arrivals_.gaps_ms.push_back(
        std::chrono::duration<float, std::milli>(now - *arrivals_.last).count());
  }
  arrivals_.last = now;
}

void ResponseStream::remember_message(const std::string& id) {
  if (std::find(message_ids_.begin(), message_ids_.end(), id) == message_ids_.end())
    message_ids_.push_back(id);
}

std::int64_t ResponseStream::estimated_completion_tokens() const {
  std::int64_t tokens =
      llm::estimate_tokens(text_characters_) + llm::estimate_tokens(reasoning_characters_);
  for (const Call& call : calls_) tokens += llm::estimate_tokens(call.characters);
  return tokens;
}

std::vector<std::string> ResponseStream::tool_call_ids() const {
  std::vector<std::string> ids;
  for (const llm::ToolCall& call : response_.calls) ids.push_back(call.id);
  return ids;
}

}  // namespace tactus::runtime
