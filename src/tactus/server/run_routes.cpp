// /api/runs and what belongs to one run.
#include <charconv>

#include <tactus/server/context.hpp>
#include <tactus/server/log_stream.hpp>
#include <tactus/server/plugin_consent.hpp>
#include <tactus/server/run_json.hpp>

namespace tactus::server {

using boost::asio::awaitable;

namespace {

// The overrides that a request's body names.
tl::expected<runtime::RunOverrides, ApiError> overrides_of(const JsonObject& body) {
  runtime::RunOverrides overrides;
  const Json whole(body);
  if (const auto provider = string_member(whole, "provider"); !provider.empty())
    overrides.provider = std::string(provider);
  if (const auto model = string_member(whole, "model"); !model.empty())
    overrides.model = std::string(model);
  if (const Json* stream = body.if_contains("stream"); stream && !stream->is_null()) {
    if (!stream->is_bool())
      return tl::unexpected(api_error(400, "bad_request", "'stream' must be true or false"));
    overrides.stream = stream->get_bool();
  }
  return overrides;
}

// A text that need not be there. Fails with 400.
tl::expected<std::optional<std::string>, ApiError> optional_text(const JsonObject& body,
                                                                 std::string_view name) {
  const Json* value = body.if_contains(name);
  if (!value || value->is_null()) return std::optional<std::string>{};
  if (value->is_string()) return std::string(value->get_string());
  return tl::unexpected(api_error(400, "bad_request", fmt::format("'{}' must be text", name)));
}

// What a body asks to run; `source_key` names the member with the text. Fails with 400,
// 403.
tl::expected<runtime::StartRequest, ApiError> start_request(const JsonObject& body,
                                                            std::string_view source_key,
                                                            const std::string& workspace) {
  runtime::StartRequest request;
  auto path = optional_text(body, "path");
  if (!path) return tl::unexpected(path.error());
  request.path = path->value_or("");
  auto source = optional_text(body, source_key);
  if (!source) return tl::unexpected(source.error());
  request.source = std::move(*source);
  // A source is not read from `path`, but the configuration beside it is.
  if (const auto inside = runtime::resolve_in_workspace(workspace, request.path); !inside)
    return tl::unexpected(api_error(inside.error()));
  if (request.path.empty() && !request.source)
    return tl::unexpected(
        api_error(400, "bad_request", fmt::format("give a 'path' or a '{}'", source_key)));
  auto run_id = optional_text(body, "run_id");
  if (!run_id) return tl::unexpected(run_id.error());
  if (*run_id && !runtime::is_run_id(**run_id))
    return tl::unexpected(
        api_error(400, "bad_request", "'run_id' may hold letters, digits, _ - and ."));
  request.run_id = run_id->value_or("");
  const Json* inputs = body.if_contains("inputs");
  if (inputs && !inputs->is_null()) {
    if (!inputs->is_object())
      return tl::unexpected(api_error(400, "bad_request", "'inputs' must be an object"));
    request.inputs = inputs->get_object();
  }
  return request;
}

// Puts the consent to plugins into `request`; the refusal where it does not do. A run that is there
// already is not started again and needs none.
std::optional<ApiError> allow_plugins(Context& context, const JsonObject& body,
                                      runtime::StartRequest& request) {
  auto consent = plugin_consent(body);
  if (!consent) return consent.error();
  if (!request.run_id.empty() && context.runs.find(request.run_id)) return std::nullopt;
  auto refused = check_plugins(context, request.path, request.source, *consent);
  request.allowed_plugins = std::move(consent->sha256);
  return refused;
}

Json time_or_null(const std::string& time) { return time.empty() ? Json(nullptr) : Json(time); }

awaitable<void> send_log(Context& context, const std::string& run_id,
                         std::optional<std::string> last_id, LogStreamOptions options) {
  const auto log = context.runs.log(run_id);
  if (!log) co_return (void) co_await context.out.send(error_response(api_error(log.error())));
  if (last_id) {
    const auto position = parse_position(*last_id);
    if (!position) {
      co_return (void) co_await context.out.send(
          error_response(api_error(400, "bad_request", "Last-Event-ID must be GENERATION-SEQ")));
    }
    go_on_at(options.reader, *position, **log);
    const LogReaderOptions& reader = options.reader;
    if (!reader.reset && (*log)->closed() && reader.after >= (*log)->last_seq()) {
      net::ServerResponse nothing_new{204, {{"Cache-Control", "no-store"}}, ""};
      co_return (void) co_await context.out.send(std::move(nothing_new));
    }
  }
  options.heartbeat = context.options.heartbeat;
  co_await stream_log(*log, std::move(options), context.out);
}

// A number in the query; nothing when absent. Fails with 400.
tl::expected<std::optional<std::uint64_t>, ApiError> number_query(const net::ServerRequest& request,
                                                                  std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || text->empty()) return std::optional<std::uint64_t>{};
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc{} && end == text->data() + text->size()) return number;
  return tl::unexpected(api_error(400, "bad_request", fmt::format("'{}' must be a number", name)));
}

std::optional<std::string> last_event_id(const net::ServerRequest& request) {
  const auto header = request.header("last-event-id");
  if (!header || header->empty()) return std::nullopt;
  return std::string(*header);
}

}  // namespace

awaitable<void> post_runs(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  auto read = start_request(*body, "source", context.options.workspace);
  if (!read) co_return (void) co_await context.out.send(error_response(read.error()));
  runtime::StartRequest request = std::move(*read);
  auto overrides = overrides_of(*body);
  if (!overrides) co_return (void) co_await context.out.send(error_response(overrides.error()));
  request.overrides = std::move(*overrides);
  if (const auto refused = allow_plugins(context, *body, request))
    co_return (void) co_await context.out.send(error_response(*refused));
  const auto started = co_await context.runs.start(std::move(request));
  if (!started)
    co_return (void) co_await context.out.send(error_response(api_error(started.error())));
  const Json answer = started_json(*started);
  const int status = started->existed ? 200 : 201;
  co_await context.out.send(json_response(status, answer));
}

awaitable<void> get_runs(Context& context) {
  journal::RunQuery query;
  query.procedure_id = context.request.query_value("procedure").value_or("");
  query.before_run_id = context.request.query_value("before").value_or("");
  const auto limit = number_query(context.request, "limit");
  if (!limit) co_return (void) co_await context.out.send(error_response(limit.error()));
  if (*limit) query.limit = std::clamp<std::size_t>(static_cast<std::size_t>(**limit), 1, 200);
  if (const auto status = context.request.query_value("status"); status && !status->empty()) {
    query.status = journal::run_status_from_name(*status);
    if (!query.status)
      co_return (void) co_await context.out.send(error_response(
          api_error(400, "bad_request",
                    "unknown status '" + *status + "'; one of " + journal::run_status_names())));
  }
  const auto records = context.runs.list(query);
  if (!records)
    co_return (void) co_await context.out.send(error_response(api_error(records.error())));
  JsonArray runs;
  for (const journal::RunRecord& record : *records) runs.push_back(run_json(record));
  const Json next = records->size() == query.limit ? Json(records->back().run_id) : Json(nullptr);
  const Json page = JsonObject{{"runs", std::move(runs)}, {"next_before", next}};
  co_await context.out.send(json_response(200, page));
}

awaitable<void> get_run(Context& context) {
  const auto record = context.runs.find(context.parameters[0]);
  if (!record)
    co_return (void) co_await context.out.send(error_response(api_error(record.error())));
  JsonObject body = run_json(*record);
  body["inputs"] = record->inputs;
  body["result"] = record->result;
  body["source_hash"] = record->source_hash;
  body["pending"] = record->pending;
  co_await context.out.send(json_response(200, body));
}

awaitable<void> delete_run(Context& context) {
  const auto removed = co_await context.runs.remove(context.parameters[0]);
  if (!removed)
    co_return (void) co_await context.out.send(error_response(api_error(removed.error())));
  const Json removed_run = JsonObject{{"run_id", context.parameters[0]}};
  co_await context.out.send(json_response(200, removed_run));
}

awaitable<void> get_events(Context& context) {
  LogStreamOptions options;
  const std::string format = context.request.query_value("format").value_or("sse");
  const std::string profile = context.request.query_value("profile").value_or("delta");
  if (format != "sse" && format != "jsonl") {
    co_return (void) co_await context.out.send(
        error_response(api_error(400, "bad_request", "'format' must be sse or jsonl")));
  }
  if (profile != "delta" && profile != "accumulated") {
    co_return (void) co_await context.out.send(
        error_response(api_error(400, "bad_request", "'profile' must be delta or accumulated")));
  }
  if (format == "jsonl") options.reader.format = StreamFormat::kJsonLines;
  if (profile == "accumulated") options.reader.profile = journal::Profile::kAccumulated;
  const auto from = number_query(context.request, "from");
  if (!from) co_return (void) co_await context.out.send(error_response(from.error()));
  options.reader.after = from->value_or(0);
  co_await send_log(context, context.parameters[0], last_event_id(context.request),
                    std::move(options));
}

awaitable<void> post_cancel(Context& context) {
  const auto times = context.runs.cancel(context.parameters[0]);
  if (!times) co_return (void) co_await context.out.send(error_response(api_error(times.error())));
  const Json told = JsonObject{{"run_id", context.parameters[0]},
                               {"requested", time_or_null(times->requested)},
                               {"upstream_closed", time_or_null(times->upstream_closed)},
                               {"settled", time_or_null(times->settled)}};
  co_await context.out.send(json_response(202, told));
}

awaitable<void> get_run_stream(Context& context) {
  LogStreamOptions options;
  const bool delta = context.request.query_value("profile") == "delta";
  if (!delta) options.reader.profile = journal::Profile::kAccumulated;
  if (const auto last = last_event_id(context.request)) {
    const std::size_t colon = last->rfind(':');
    if (colon == std::string::npos) {
      co_return (void) co_await context.out.send(error_response(
          api_error(400, "bad_request", "Last-Event-ID must be RUN:GENERATION-SEQ")));
    }
    options.id_prefix = last->substr(0, colon + 1);
    co_return co_await send_log(context, last->substr(0, colon), last->substr(colon + 1),
                                std::move(options));
  }
  const auto path = required_query(context.request, "path");
  if (!path) co_return (void) co_await context.out.send(error_response(path.error()));
  runtime::StartRequest request;
  request.path = *path;
  for (const auto& [name, value] : context.request.query) {
    if (name != "path" && name != "profile") request.inputs[name] = value;
  }
  const auto started = co_await context.runs.start(std::move(request));
  if (!started)
    co_return (void) co_await context.out.send(error_response(api_error(started.error())));
  options.id_prefix = started->run_id + ":";
  co_await send_log(context, started->run_id, std::nullopt, std::move(options));
}

awaitable<void> post_run(Context& context) {
  const auto body = json_body(context.request);
  if (!body) co_return (void) co_await context.out.send(error_response(body.error()));
  if (const auto path = required_text(*body, "path"); !path)
    co_return (void) co_await context.out.send(error_response(path.error()));
  auto read = start_request(*body, "content", context.options.workspace);
  if (!read) co_return (void) co_await context.out.send(error_response(read.error()));
  runtime::StartRequest request = std::move(*read);
  if (const auto refused = allow_plugins(context, *body, request))
    co_return (void) co_await context.out.send(error_response(*refused));
  const auto started = co_await context.runs.start(std::move(request));
  if (!started)
    co_return (void) co_await context.out.send(error_response(api_error(started.error())));
  co_await context.runs.wait(started->run_id);
  const auto record = context.runs.find(started->run_id);
  if (!record)
    co_return (void) co_await context.out.send(error_response(api_error(record.error())));
  co_await context.out.send(json_response(200, finished_run_json(*record)));
}

}  // namespace tactus::server
