#include <tactus/runtime/scripted.hpp>

namespace tactus::runtime {

Result<llm::ModelRequest> with_scripted_reply(llm::ModelRequest request,
                                              const ScriptedRequest& scripted) {
  if (!scripted.script || scripted.script->empty()) {
    return fail(
        Error{ErrorCode::kProviderScript,
              fmt::format("agent '{}', request {}: the agent has no `script` to answer from",
                          scripted.agent, scripted.number),
              "give it one: script = { \"Hello\", { text = \"Bye\" } }",
              {},
              ""});
  }
  const std::size_t count = scripted.script->size();
  TACTUS_ASSERT(scripted.number > 0);
  if (scripted.number > count) {
    return fail(
        Error{ErrorCode::kProviderScript,
              fmt::format("agent '{}', request {}: its script has only {} {}", scripted.agent,
                          scripted.number, count, count == 1 ? "reply" : "replies"),
              "add a reply to `script`; every request takes one, retries too",
              {},
              ""});
  }
  // What the program itself asks of the mock provider (a fault, a pace) stands beside the reply.
  Json& own = request.settings.extra_body["x_tactus"];
  if (!own.is_object()) own = JsonObject{};
  JsonObject& members = own.get_object();
  if (!members.contains("pace")) members["pace"] = 0;
  members["reply"] = (*scripted.script)[scripted.number - 1];
  return request;
}

llm::AttemptResult unsent(Error error) {
  llm::AttemptResult result;
  result.failure.emplace();
  result.failure->error = std::move(error);
  return result;
}

void name_script_failure(llm::AttemptResult& result, const ScriptedRequest& scripted) {
  if (!result.failure || result.failure->provider_code != "script") return;
  Error& error = result.failure->error;
  error.code = ErrorCode::kProviderScript;
  error.message = fmt::format("agent '{}', request {}: {}", scripted.agent, scripted.number,
                              result.failure->provider_message);
  error.hint = "compare `expect` with the messages of the conversation, written as JSON";
  result.failure->retryable = false;
}

}  // namespace tactus::runtime
