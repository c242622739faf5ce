// The provider `scripted`: replies written in the program (language.md 16.4). Each request carries
// its own reply to the mock provider on loopback, which sends it over HTTP like any provider; the
// server holds nothing, so a resumed run goes on where it was. Pure. Uses: llm.
#pragma once

#include <string>

#include <tactus/llm/model_client.hpp>

namespace tactus::runtime {

// One request of an agent whose replies are written down.
struct ScriptedRequest {
  std::string agent;        // For messages.
  const JsonArray* script;  // Its replies; null = none. Outlives the value.
  std::size_t number = 0;   // Of this request among all the agent has made in the run, from 1.
};

// `request` with the reply that is its turn. Fails with kProviderScript, naming agent and number,
// when there is none left.
Result<llm::ModelRequest> with_scripted_reply(llm::ModelRequest request,
                                              const ScriptedRequest& scripted);

// What a request gets that was never sent because of `error`.
llm::AttemptResult unsent(Error error);

// Gives a failure that the script itself is the cause of (`expect` not met) its own code and the
// names it concerns; leaves others as they are.
void name_script_failure(llm::AttemptResult& result, const ScriptedRequest& scripted);

}  // namespace tactus::runtime
