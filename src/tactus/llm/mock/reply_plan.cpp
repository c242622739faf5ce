#include <deque>
#include <map>
#include <utility>

#include <tactus/llm/mock/reply_plan.hpp>

namespace tactus::llm::mock {

Plan plan_of(const Reply& reply) {
  Plan plan;
  using Kind = Delta::Kind;
  for (std::string& text : split_words(reply.reasoning))
    plan.deltas.push_back({Kind::kReasoning, 0, std::move(text), {}});
  for (const std::string& text : reply.chunks) plan.deltas.push_back({Kind::kContent, 0, text, {}});
  for (std::size_t i = 0; i < reply.calls.size(); ++i) {
    const Reply::Call& call = reply.calls[i];
    plan.deltas.push_back({Kind::kCallStart, i, call.name, call.id});
    for (const std::string& text : call.argument_chunks)
      plan.deltas.push_back({Kind::kCallArguments, i, text, {}});
  }
  plan.finish_reason = reply.finish_reason;
  plan.usage = make_usage(reply.prompt_tokens, reply.completion_tokens);
  return plan;
}

void interleave(std::vector<Delta>& deltas) {
  using Kind = Delta::Kind;
  // In the order in which models begin: reasoning, text, calls.
  std::map<std::pair<int, std::size_t>, std::deque<Delta>> streams;
  for (Delta& delta : deltas) {
    const int rank = delta.kind == Kind::kReasoning ? 0 : delta.kind == Kind::kContent ? 1 : 2;
    streams[{rank, delta.index}].push_back(std::move(delta));
  }
  deltas.clear();
  while (!streams.empty()) {
    for (auto stream = streams.begin(); stream != streams.end();) {
      deltas.push_back(std::move(stream->second.front()));
      stream->second.pop_front();
      stream = stream->second.empty() ? streams.erase(stream) : std::next(stream);
    }
  }
}

void append_delta(std::string& out, AnswerWriter& writer, const Delta& delta) {
  switch (delta.kind) {
    case Delta::Kind::kContent:
      return writer.content(out, delta.text);
    case Delta::Kind::kReasoning:
      return writer.reasoning(out, delta.text);
    case Delta::Kind::kCallStart:
      return writer.call_start(out, delta.index, delta.id, delta.text);
    case Delta::Kind::kCallArguments:
      return writer.call_arguments(out, delta.index, delta.text);
  }
}

WholeReply put_together(const Plan& plan) {
  WholeReply whole;
  for (const Delta& delta : plan.deltas) {
    switch (delta.kind) {
      case Delta::Kind::kContent:
        whole.content += delta.text;
        break;
      case Delta::Kind::kReasoning:
        whole.reasoning += delta.text;
        break;
      case Delta::Kind::kCallStart:
        whole.calls.push_back({delta.id, delta.text, {}});
        break;
      case Delta::Kind::kCallArguments:
        whole.calls[delta.index].arguments += delta.text;
        break;
    }
  }
  return whole;
}

JsonObject whole_reply(const Plan& plan, const ResponseIdentity& identity) {
  const auto [content, reasoning, calls] = put_together(plan);
  JsonObject message{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  if (!content.empty() || calls.empty()) message["content"] = content;
  if (!reasoning.empty()) message["reasoning_content"] = reasoning;
  if (!calls.empty()) {
    JsonArray list;
    for (const WholeReply::Call& call : calls) {
      list.push_back(
          JsonObject{{"id", call.id},
                     {"type", "function"},
                     {"function", JsonObject{{"name", call.name}, {"arguments", call.arguments}}}});
    }
    message["tool_calls"] = std::move(list);
  }
  JsonObject choice{{"index", 0},
                    {"message", std::move(message)},
                    {"logprobs", nullptr},
                    {"finish_reason", plan.finish_reason}};
  JsonArray choices;
  choices.push_back(std::move(choice));
  return {{"id", identity.id},       {"object", "chat.completion"},   {"created", identity.created},
          {"model", identity.model}, {"choices", std::move(choices)}, {"usage", plan.usage}};
}

}  // namespace tactus::llm::mock
