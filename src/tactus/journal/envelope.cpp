#include <algorithm>
#include <array>

#include <tactus/base/utf8.hpp>
#include <tactus/journal/envelope.hpp>

namespace tactus::journal {
namespace {

constexpr std::array<std::string_view, 5> kEnvelopeKeys = {"event_type", "run_id", "procedure_id",
                                                           "seq", "timestamp"};
constexpr std::array<std::string_view, 4> kScopeKeys = {"agent_name", "turn_id", "attempt",
                                                        "parent"};

std::string render_head(const RunIdentity& identity, EventType type) {
  std::string out = "{\"event_type\":\"";
  out += event_type_name(type);
  out += "\",\"run_id\":";
  append_json_string(out, identity.run_id);
  out += ",\"procedure_id\":";
  append_json_string(out, identity.procedure_id);
  out += ",\"seq\":";
  return out;
}

void append_seq_and_time(std::string& out, EventSeq seq, WallTime time) {
  out += std::to_string(seq);
  out += ",\"timestamp\":\"";
  out += format_time(time);
  out += '"';
}

void append_scope(std::string& out, const TurnScope& turn) {
  out += ",\"agent_name\":";
  append_json_string(out, turn.agent_name);
  out += ",\"turn_id\":";
  append_json_string(out, turn.turn_id);
  out += ",\"attempt\":";
  out += std::to_string(turn.attempt);
  out += ",\"parent\":";
  if (turn.parent.empty()) {
    out += "null";
  } else {
    append_json_string(out, turn.parent);
  }
}

// The keys that name the stream, after the turn scope.
void append_stream_keys(std::string& out, const DeltaStream& stream) {
  if (stream.type == EventType::kAgentToolCall) {
    out += ",\"tool_call_id\":";
    append_json_string(out, stream.id);
    out += ",\"tool_name\":";
    append_json_string(out, stream.tool_name);
    out += ",\"stage\":\"arguments\"";
    return;
  }
  if (stream.type == EventType::kAgentOutputDelta) {
    out += ",\"path\":";
    append_json_string(out, stream.id);
    out += ",\"op\":\"append\",\"valid\":null";
    return;
  }
  out += ",\"message_id\":";
  append_json_string(out, stream.id);
}

template <std::size_t N>
bool is_one_of(std::string_view key, const std::array<std::string_view, N>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_delta_type(EventType type) {
  return type == EventType::kAgentStreamChunk || type == EventType::kAgentReasoningChunk ||
         type == EventType::kAgentToolCall || type == EventType::kAgentOutputDelta;
}

// The key under which an event has the text of its delta.
std::string_view text_key(EventType type) {
  if (type == EventType::kAgentToolCall) return "arguments_delta";
  return type == EventType::kAgentOutputDelta ? "value" : "chunk_text";
}

// The key that names the stream.
std::string_view id_key(EventType type) {
  if (type == EventType::kAgentToolCall) return "tool_call_id";
  return type == EventType::kAgentOutputDelta ? "path" : "message_id";
}

}  // namespace

DeltaEnvelope make_delta_envelope(const RunIdentity& identity, const DeltaStream& stream) {
  TACTUS_ASSERT(is_delta_type(stream.type));
  TACTUS_ASSERT(stream.turn != nullptr);
  DeltaEnvelope envelope;
  envelope.head = render_head(identity, stream.type);
  append_scope(envelope.scope, *stream.turn);
  append_stream_keys(envelope.scope, stream);
  envelope.scope += fmt::format(",\"{}\":", text_key(stream.type));
  return envelope;
}

std::string render_delta(const DeltaEnvelope& envelope, EventSeq seq, WallTime time,
                         std::string_view text, const std::string* accumulated) {
  std::string out;
  // 80 covers the seq, the timestamp, the quotes and a few escapes.
  out.reserve(envelope.head.size() + envelope.scope.size() + text.size() + 80 +
              (accumulated ? accumulated->size() + accumulated->size() / 16 + 24 : 0));
  out += envelope.head;
  append_seq_and_time(out, seq, time);
  out += envelope.scope;
  append_json_string(out, text);
  if (accumulated) {
    out += ",\"accumulated_text\":";
    append_json_string(out, *accumulated);
  }
  out += '}';
  return out;
}

std::string render_event(const RunIdentity& identity, const Event& event, EventSeq seq,
                         WallTime time) {
  std::string out = render_head(identity, event.type);
  append_seq_and_time(out, seq, time);
  if (event.turn) append_scope(out, *event.turn);
  for (const auto& member : event.body) {
    const std::string_view key(member.key().data(), member.key().size());
    if (is_one_of(key, kEnvelopeKeys) || (event.turn && is_one_of(key, kScopeKeys))) continue;
    out += ',';
    append_json_string(out, key);
    out += ':';
    out += dump_json(member.value());
  }
  out += '}';
  return is_valid_utf8(out) ? out : repair_utf8(out);
}

std::string describe_stream(const DeltaStream& stream) {
  std::string out = "{\"event_type\":\"";
  out += event_type_name(stream.type);
  out += '"';
  append_scope(out, *stream.turn);
  append_stream_keys(out, stream);
  out += '}';
  return out;
}

Result<DeltaStreamPtr> parse_stream(std::string_view description) {
  const Result<Json> parsed = parse_json(description);
  const auto type =
      parsed ? event_type_from_name(string_member(*parsed, "event_type")) : std::nullopt;
  if (!type || !is_delta_type(*type)) {
    return fail(ErrorCode::kStorage,
                "the store describes a stream in an unknown way: " + std::string(description));
  }
  auto turn = std::make_shared<TurnScope>();
  turn->agent_name = string_member(*parsed, "agent_name");
  turn->turn_id = string_member(*parsed, "turn_id");
  turn->attempt = static_cast<int>(int_member(*parsed, "attempt"));
  turn->parent = string_member(*parsed, "parent");
  auto stream = std::make_shared<DeltaStream>();
  stream->type = *type;
  stream->turn = std::move(turn);
  stream->id = string_member(*parsed, id_key(*type));
  stream->tool_name = string_member(*parsed, "tool_name");
  return DeltaStreamPtr(std::move(stream));
}

}  // namespace tactus::journal
