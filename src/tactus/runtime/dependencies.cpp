#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/runtime/dependencies.hpp>

namespace tactus::runtime {
namespace {

using DependencyPtr = std::shared_ptr<const program::DependencyDeclaration>;
constexpr std::string_view kPathKept = "/%:@!$&'()*+,;=";

Error dependency_error(const program::DependencyDeclaration& dependency, const std::string& what,
                       std::string hint) {
  return Error{ErrorCode::kDependency,
               fmt::format("dependency '{}': {}", dependency.name, what),
               std::move(hint),
               {},
               ""};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return out;
}

// Whether the path could mean a place outside of the folder it is appended to.
bool leads_out(std::string_view path) {
  const std::string decoded = percent_decode(path);
  std::size_t from = 0;
  while (from <= decoded.size()) {
    const std::size_t end = std::min(decoded.find_first_of("/\\", from), decoded.size());
    if (decoded.substr(from, end - from) == "..") return true;
    from = end + 1;
  }
  return decoded.find("://") != std::string::npos || decoded.starts_with("//");
}

std::string scalar_text(const Json& value) {
  return value.is_string() ? std::string(value.get_string()) : dump_json(value);
}

void add_query(std::string& query, const std::string& name, const Json& value) {
  if (value.is_null()) return;
  if (const JsonArray* list = value.if_array()) {
    for (const Json& item : *list) add_query(query, name, item);
    return;
  }
  if (!query.empty()) query += '&';
  query += net::percent_encode(name) + "=" + net::percent_encode(scalar_text(value));
}

std::string query_of(const DependencyCall& call, std::string_view written) {
  std::string query = net::percent_encode(written, "/%:@!$&'()*+,;=?");
  for (const auto& member : call.query) add_query(query, std::string(member.key()), member.value());
  return query;
}

// The dependency's headers with those of the call over them, whatever the case of their names.
net::Headers headers_of(const program::DependencyDeclaration& dependency,
                        const DependencyCall& call) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : dependency.headers) headers[to_lower(name)] = value;
  for (const auto& [name, value] : call.headers) headers[to_lower(name)] = value;
  if (!call.content_type.empty()) headers.try_emplace("content-type", call.content_type);
  return {headers.begin(), headers.end()};
}

Json result_of(const OutgoingAnswer& answer) {
  JsonObject headers;
  for (const auto& [name, value] : answer.headers) {
    const std::string text = repair_utf8(value);
    Json& there = headers[repair_utf8(name)];
    there = there.is_string() ? Json(std::string(there.get_string()) + ", " + text) : Json(text);
  }
  JsonObject result{{"status", answer.status},
                    {"ok", answer.status >= 200 && answer.status < 300},
                    {"headers", std::move(headers)},
                    {"body", repair_utf8(answer.body)}};
  const auto type = net::find_header(answer.headers, "content-type");
  if (!type || to_lower(*type).find("json") == std::string::npos) return result;
  if (auto json = parse_json(answer.body); json && !json->is_null())
    result["json"] = std::move(*json);
  return result;
}

// "server" or "server_tool"; the tools of plugins can be called anything.
bool may_be_outside(const Config& config, const std::string& name) {
  return !config.tool_paths.empty() ||
         std::any_of(config.mcp_servers.begin(), config.mcp_servers.end(), [&](const auto& server) {
           return name == server.first || name.starts_with(server.first + "_");
         });
}

boost::asio::awaitable<Result<Json>> ask_service(OpenEntry& open, DependencyPtr dependency,
                                                 DependencyCall call, std::string url) {
  Run& run = open.run;
  RunTask& task = open.task;
  OutgoingRequest request;
  request.method = call.method;
  request.url = std::move(url);
  request.place = open.scope.position;
  request.headers = headers_of(*dependency, call);
  request.body = std::move(call.body);
  request.timeout = std::chrono::milliseconds(
      static_cast<std::int64_t>(call.timeout_s.value_or(dependency->timeout_s) * 1000));
  auto answer = co_await send_outgoing(run, task, std::move(request), ErrorCode::kDependency);
  if (answer) {
    if (!is_valid_utf8(answer->body)) {
      run.warn(&task, ErrorCode::kDependency,
               fmt::format("dependency '{}' answered with bytes that are no UTF-8 text; they were "
                           "replaced",
                           dependency->name));
    }
    co_return result_of(*answer);
  }
  Error error = answer.error();
  if (error.code != ErrorCode::kCancelled)
    error.message = fmt::format("dependency '{}': {}", dependency->name, error.message);
  co_return fail(std::move(error));
}

}  // namespace

Dependencies open_dependencies(Dependencies all, const program::ProcedureDeclaration& procedure) {
  for (const auto& dependency : procedure.dependencies)
    all[dependency->name] = std::make_shared<OpenDependency>(OpenDependency{dependency});
  return all;
}

Result<void> check_required(const program::Program& program, const Config& config,
                            const program::ProcedureDeclaration& procedure) {
  const auto missing = [&](const char* kind, const std::string& name,
                           const std::vector<std::string>& known) {
    const auto match = closest_match(name, known);
    Error error{ErrorCode::kDependency,
                fmt::format("procedure '{}' depends on the {} '{}', which does not exist",
                            procedure.shown_name(), kind, name),
                match ? "did you mean '" + *match + "'?" : fmt::format("declare the {}", kind),
                {},
                ""};
    return fail(std::move(error));
  };
  for (const std::string& name : procedure.required_tools) {
    const bool known = find_tool(program, name) || program.find_toolset(name) != nullptr ||
                       may_be_outside(config, name);
    if (!known) return missing("tool", name, tool_names(program));
  }
  for (const std::string& name : procedure.required_procedures) {
    if (program.find_procedure(name)) continue;
    std::vector<std::string> names;
    for (const auto& declared : program.procedures) names.push_back(declared->name);
    return missing("procedure", name, names);
  }
  return {};
}

Result<std::string> dependency_url(const program::DependencyDeclaration& dependency,
                                   const DependencyCall& call) {
  const auto base = net::parse_url(dependency.base_url);
  if (!base || !base->query.empty() || base->text.find('#') != std::string::npos) {
    return fail(dependency_error(dependency,
                                 base ? "base_url must have no query and no fragment"
                                      : "base_url is no http:// or https:// address",
                                 "base_url = \"https://host/path\""));
  }
  const std::size_t mark = std::min(call.path.find('?'), call.path.size());
  std::string_view path = std::string_view(call.path).substr(0, mark);
  if (leads_out(path)) {
    return fail(dependency_error(dependency, "the path leads out of base_url",
                                 "give a path below base_url, such as \"/items/5\""));
  }
  std::string url = base->text;
  if (!path.empty()) {
    while (url.ends_with('/')) url.pop_back();
    while (path.starts_with('/')) path.remove_prefix(1);
    url += "/" + net::percent_encode(path, kPathKept);
  }
  const std::string_view written =
      mark < call.path.size() ? std::string_view(call.path).substr(mark + 1) : std::string_view();
  const std::string query = query_of(call, written);
  if (!query.empty()) url += "?" + query;
  return url;
}

boost::asio::awaitable<Result<Json>> call_dependency(Run& run, RunTask& task,
                                                     DependencyPtr dependency,
                                                     DependencyCall call) {
  const auto url = dependency_url(*dependency, call);
  if (!url) co_return fail(url.error());
  EntryHead head;
  head.type = "http_call";
  head.name = dependency->name + "." + to_lower(call.method);
  head.announce = true;
  // Neither address nor headers: they may hold secrets.
  head.input = JsonObject{{"method", call.method},
                          {"path", repair_utf8(call.path)},
                          {"query", call.query},
                          {"body", repair_utf8(call.body)}};
  const EntryBody body = [&](OpenEntry& open) { return ask_service(open, dependency, call, *url); };
  co_return co_await run.recorded(task, std::move(head), body);
}

}  // namespace tactus::runtime
