#include <tactus/base/text.hpp>
#include <tactus/runtime/conversation.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

const std::vector<std::string> kFields = {"id",           "role",        "content",
                                          "agent",        "name",        "tool_calls",
                                          "tool_call_id", "interrupted", "created_at"};
constexpr const char* kExample = "for example: { role = \"user\", content = \"Hello\" }";

tl::unexpected<Error> wrong(std::string message, std::string hint = kExample) {
  return fail(Error{ErrorCode::kOption, std::move(message), std::move(hint), {}, ""});
}

// Whose history stands before the agent's own; empty = nobody's.
std::string other_source(const Agent& agent) {
  const std::string& source = agent.declaration->memory.source;
  const bool own = source == "own" || source == "shared" || source == agent.declaration->name;
  return own ? std::string() : source;
}

Result<void> check_fields(const JsonObject& fields) {
  for (const auto& member : fields) {
    const std::string key(std::string_view(member.key()));
    if (std::find(kFields.begin(), kFields.end(), key) == kFields.end()) {
      const auto match = closest_match(key, kFields);
      return wrong(fmt::format("a message has no field '{}'", key),
                   match ? fmt::format("did you mean '{}'?", *match) : kExample);
    }
    const bool any = key == "content" || key == "tool_calls" || key == "interrupted";
    if (!any && !member.value().is_string())
      return wrong(fmt::format("'{}' of a message must be text", key));
  }
  return {};
}

Result<std::vector<llm::ToolCall>> read_calls(const Json& value) {
  std::vector<llm::ToolCall> calls;
  if (value.is_object() && value.get_object().empty()) return calls;
  const JsonArray* list = value.if_array();
  if (!list) return wrong("'tool_calls' of a message must be a list of {id, name, args}");
  for (const Json& item : *list) {
    llm::ToolCall call;
    call.id = string_member(item, "id");
    call.name = string_member(item, "name");
    if (call.id.empty() || call.name.empty())
      return wrong("'tool_calls' of a message must be a list of {id, name, args}");
    if (const Json* args = find_member(item, "args"))
      call.arguments = args->is_string() ? std::string(args->get_string()) : dump_json(*args);
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace

bool shares_history(const RunTask& task, const Agent& agent) {
  if (task.invocations.empty()) return false;
  const std::string& source = agent.declaration->memory.source;
  return source == "shared" || (source.empty() && task.invocations.back().procedure->memory.shared);
}

Messages& history_of(RunTask& task, Agent& agent) {
  return shares_history(task, agent) ? task.invocations.back().shared_history : agent.history;
}

Result<Messages> remembered(Run& run, RunTask& task, Agent& agent) {
  const std::string source = other_source(agent);
  Messages all;
  if (!source.empty()) {
    Agent* other = agent.realm->find_agent(source);
    if (!other) {
      return fail(Error{ErrorCode::kValidation,
                        fmt::format("agent '{}' takes the history of '{}', which is no agent",
                                    agent.declaration->name, source),
                        "name an agent of the file, \"own\" or \"shared\"",
                        {},
                        ""});
    }
    all = history_of(task, run.agent_in(task, *other));
  }
  const Messages& own = history_of(task, agent);
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

std::string injected_id(const std::string& position) { return "i" + position; }

void deliver(Conversation& conversation, HistoryMessage message) {
  if (!conversation.taken.contains(message.id)) conversation.pending.push_back(std::move(message));
}

std::size_t take_pending_of(Conversation& conversation, const Messages& messages) {
  for (const HistoryMessage& message : messages) {
    if (message.id.starts_with('i')) conversation.taken.insert(message.id);
  }
  return std::erase_if(conversation.pending, [&](const HistoryMessage& waiting) {
    return std::any_of(messages.begin(), messages.end(),
                       [&](const HistoryMessage& taken) { return taken.id == waiting.id; });
  });
}

Result<HistoryMessage> message_from_json(const Json& value) {
  if (!value.is_object()) return wrong("a message is a table with `role` and `content`");
  const JsonObject& fields = value.get_object();
  if (auto checked = check_fields(fields); !checked) return fail(checked.error());
  const std::string role(string_member(value, "role"));
  const auto known = llm::role_from_name(role);
  if (!known) {
    return wrong(role.empty() ? "a message needs a `role`"
                              : fmt::format("a message cannot have the role '{}'", role),
                 "one of user, assistant, system, tool");
  }
  HistoryMessage entry;
  entry.id = string_member(value, "id");
  entry.agent = string_member(value, "agent");
  entry.created_at = string_member(value, "created_at");
  llm::Message& message = entry.message;
  message.role = *known;
  message.name = string_member(value, "name");
  message.tool_call_id = string_member(value, "tool_call_id");
  message.interrupted = bool_member(value, "interrupted");
  if (const Json* content = find_member(value, "content"))
    message.content =
        content->is_string() ? std::string(content->get_string()) : dump_json(*content);
  if (const Json* calls = find_member(value, "tool_calls")) {
    auto read = read_calls(*calls);
    if (!read) return fail(read.error());
    message.tool_calls = std::move(*read);
  }
  const bool calls_without_role =
      !message.tool_calls.empty() && message.role != llm::Role::kAssistant;
  if (calls_without_role) return wrong("only messages of the role assistant have `tool_calls`");
  if (message.role == llm::Role::kTool && message.tool_call_id.empty())
    return wrong("a message of the role tool needs the `tool_call_id` that it answers");
  if (!fields.contains("content") && message.tool_calls.empty())
    return wrong("a message needs its `content`");
  return entry;
}

}  // namespace tactus::runtime
