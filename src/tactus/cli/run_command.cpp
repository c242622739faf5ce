// tactus run and tactus resume.
#include <tactus/cli/commands.hpp>
#include <tactus/cli/plugin_consent.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/cli/watch_run.hpp>

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

Error usage(std::string message, std::string hint) {
  return {ErrorCode::kUsage, std::move(message), std::move(hint), {}, ""};
}

// From texts "name=value".
Result<JsonObject> parse_pairs(const std::vector<std::string>& pairs, std::string_view option) {
  JsonObject values;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(usage(fmt::format("{} needs name=value, got '{}'", option, pair),
                        fmt::format("e.g. {} topic=rivers", option)));
    values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return values;
}

Result<runtime::StartRequest> start_request(const RunCommand& command) {
  auto inputs = parse_pairs(command.parameters, "--param");
  if (!inputs) return fail(inputs.error());
  auto context = parse_pairs(command.context, "--context");
  if (!context) return fail(context.error());
  if (!command.run_id.empty() && !runtime::is_run_id(command.run_id))
    return fail(usage("--run-id '" + command.run_id + "' cannot be an id",
                      "letters, digits, _ - and ., at most 128"));
  runtime::StartRequest request;
  request.inputs = std::move(*inputs);
  request.context = std::move(*context);
  request.overrides.provider = command.provider;
  request.overrides.model = command.model;
  request.overrides.stream = command.stream;
  request.overrides.default_answers = command.hitl == "default";
  request.run_id = command.run_id;
  request.seed = command.seed;
  auto cassettes = cassette_options(command.cassettes);
  if (!cassettes) return fail(cassettes.error());
  request.cassettes = std::move(*cassettes);
  return request;
}

// What a run has been given stays with it; what is given now would be ignored in silence.
void tell_ignored(const RunCommand& command) {
  const bool given = !command.parameters.empty() || !command.context.empty() || command.seed ||
                     command.provider || command.model || command.stream || !command.hitl.empty();
  if (!given || command.watch.quiet) return;
  write_to(2, fmt::format("run {} is known: it keeps the inputs and settings it was started with\n",
                          command.run_id));
}

asio::awaitable<Result<runtime::Started>> start_or_resume(runtime::RunService& runs,
                                                          const RunCommand& command,
                                                          runtime::StartRequest request) {
  const auto known = command.run_id.empty()
                         ? Result<journal::RunRecord>(fail(ErrorCode::kRunNotFound, ""))
                         : runs.find(command.run_id);
  if (!known) {
    if (known.error().code != ErrorCode::kRunNotFound) co_return fail(known.error());
    co_return co_await runs.start(std::move(request));
  }
  if (known->path != request.path)
    co_return fail(usage(fmt::format("run '{}' is one of '{}', not of '{}'", command.run_id,
                                     known->path, request.path),
                         "name that file, or choose another id"));
  tell_ignored(command);
  runtime::ResumeRequest resume;
  resume.run_id = command.run_id;
  resume.allow_changed_source = command.allow_changed_source;
  resume.cassettes = std::move(request.cassettes);
  co_return co_await runs.resume(std::move(resume));
}

asio::awaitable<int> run(Session& session, const RunCommand& command, runtime::StartRequest request,
                         WatchedRun& watched) {
  auto started = co_await start_or_resume(session.runs(), command, std::move(request));
  co_return co_await watch_started(session, watched, std::move(started));
}

asio::awaitable<int> resume(Session& session, const ResumeCommand& command,
                            std::optional<llm::CassetteOptions> cassettes, WatchedRun& watched) {
  const auto record = find_run(session.runs(), command.run);
  if (!record) {
    print_error(record.error());
    co_return 1;
  }
  runtime::ResumeRequest request;
  request.run_id = record->run_id;
  request.allow_changed_source = command.allow_changed_source;
  request.cassettes = std::move(cassettes);
  auto started = co_await session.runs().resume(std::move(request));
  co_return co_await watch_started(session, watched, std::move(started));
}

}  // namespace

int run_command(const RunCommand& command) {
  auto request = start_request(command);
  if (!request) {
    print_error(request.error());
    return 2;
  }
  const auto located = locate(command.file);
  if (!located) {
    print_error(located.error());
    return 1;
  }
  request->path = located->path;
  auto options = session_options(located->workspace, command.storage);
  if (!options) {
    print_error(options.error());
    return 1;
  }
  options->allow_plugins = command.allow_plugins;
  if (!command.allow_plugins) ask_about_plugins(options->workspace, request->path);
  WatchedRun watched;
  watched.place = run_place(options->workspace, command.storage);
  watched.options = command.watch;
  watched.memory_only = options->memory_only;
  auto session = Session::open(std::move(*options));
  if (!session) {
    print_error(session.error());
    return 1;
  }
  return (*session)->run([&] { return run(**session, command, std::move(*request), watched); },
                         [&](int signal) { handle_signal(**session, watched, signal); });
}

int resume_command(const ResumeCommand& command) {
  const auto cassettes = cassette_options(command.cassettes);
  if (!cassettes) {
    print_error(cassettes.error());
    return 2;
  }
  auto options = session_options(command.workspace, command.storage);
  if (!options) {
    print_error(options.error());
    return 1;
  }
  options->allow_plugins = command.allow_plugins;
  WatchedRun watched;
  watched.place = run_place(options->workspace, command.storage);
  watched.options = command.watch;
  auto session = Session::open(std::move(*options));
  if (!session) {
    print_error(session.error());
    return 1;
  }
  return (*session)->run([&] { return resume(**session, command, *cassettes, watched); },
                         [&](int signal) { handle_signal(**session, watched, signal); });
}

}  // namespace tactus::cli
