// What will be sent for one request, as deltas with their times: made from the demo model's reply
// or a scripted one. Values. Uses: base.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/llm/mock/chunk_writer.hpp>
#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/llm/mock/mock_provider.hpp>

namespace tactus::llm::mock {

struct Delta {
  enum class Kind : std::uint8_t { kContent, kReasoning, kCallStart, kCallArguments };
  Kind kind = Kind::kContent;
  std::size_t index = 0;  // Of the call.
  std::string text;       // Of kCallStart: the tool's name.
  std::string id;         // Of kCallStart.
};

struct Plan {
  std::vector<Delta> deltas;
  bool interleave = false;  // Deltas are sent by turns where the format allows it.
  std::string finish_reason = "stop";
  JsonObject usage;
  std::chrono::nanoseconds first{0};    // From the request to the first delta.
  std::chrono::nanoseconds between{0};  // Between deltas; 0 = without pause.
  Fault fault;
};

Plan plan_of(const Reply& reply);
// Puts one delta of each of reasoning, text and calls after another for as long as they have some;
// each keeps its own order.
void interleave(std::vector<Delta>& deltas);
void append_delta(std::string& out, AnswerWriter& writer, const Delta& delta);

// A plan whose pieces are put together.
struct WholeReply {
  struct Call {
    std::string id, name, arguments;
  };
  std::string content, reasoning;
  std::vector<Call> calls;
};
WholeReply put_together(const Plan& plan);
// The reply in one piece: a chat.completion object.
JsonObject whole_reply(const Plan& plan, const ResponseIdentity& identity);

// Gives the deltas of a reply one after another, rendered. `next` appends one event and returns
// true, or returns false at the end.
class DeltaSource {
 public:
  virtual ~DeltaSource() = default;
  virtual bool next(std::string& out, AnswerWriter& writer) = 0;
};

// One reply of a script (language.md 16.4): text, chunks, reasoning, tool_calls, data, ttft_ms,
// delay_ms, finish, usage, error, truncate, expect, interleave.
struct ScriptedReply {
  std::string expect;  // The request's JSON must contain it.
  Plan plan;           // Without usage unless the script gives it.
  bool has_usage = false;
  bool has_pace = false;  // delay_ms was given.
  std::optional<std::string>
      data;  // JSON text: content, or arguments of `final_output` where that is offered.
};

// Fails with kConfig naming the reply (from 1) and key.
Result<ScriptedReply> parse_scripted_reply(const Json& value, std::size_t number);
Result<std::vector<ScriptedReply>> parse_script(std::string_view json);

// The plan of a scripted reply for `request`, with usage estimated where the script gives none.
Plan plan_of(const ScriptedReply& reply, const Json& request);

}  // namespace tactus::llm::mock
