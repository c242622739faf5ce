// `dependencies` of procedures: which there are in an invocation, the objects that programs see as
// `deps.NAME`, and the requests they make (language.md 15.2). Uses: runtime.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <tactus/runtime/outgoing_http.hpp>
#include <tactus/runtime/run.hpp>

struct lua_State;

namespace tactus::runtime {

// The dependencies of an invocation: its procedure's own over those that it inherits.
Dependencies open_dependencies(Dependencies inherited,
                               const program::ProcedureDeclaration& procedure);

// Fails with kDependency when a tool or procedure that `dependencies` names does not exist. Of an
// MCP server only its name is looked at: nothing is started here.
Result<void> check_required(const program::Program& program, const Config& config,
                            const program::ProcedureDeclaration& procedure);

// One request to a dependency.
struct DependencyCall {
  std::string method;  // "GET".
  std::string path;    // Below base_url; may have a query.
  JsonObject query;    // Scalars, or lists of them.
  std::map<std::string, std::string> headers;
  std::string body, content_type;  // Both empty: no body.
  std::optional<double> timeout_s;
};

// The address that a call asks. Fails with kDependency: base_url is no address, or the path leads
// out of it.
Result<std::string> dependency_url(const program::DependencyDeclaration& dependency,
                                   const DependencyCall& call);

// Makes the request, recorded, and gives {status, ok, headers, body, json?}. Fails with kDependency
// when there is no answer, kNetworkDenied, kCancelled.
boost::asio::awaitable<Result<Json>> call_dependency(
    Run& run, RunTask& task, std::shared_ptr<const program::DependencyDeclaration> dependency,
    DependencyCall call);

// Pushes the table `deps` of the task's current invocation. [-0, +1, e]
int push_dependencies(lua_State* L, Run& run, RunTask& task);

}  // namespace tactus::runtime
