#include <CLI/CLI.hpp>

#include <tactus/base/text.hpp>
#include <tactus/cli/cli.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {
namespace {

void add_run(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<RunCommand>();
  CLI::App* sub = app.add_subcommand("run", "Run a procedure and watch it write");
  sub->add_option("file", command->file, "The .tac file")->required();
  sub->add_option("-p,--param", command->parameters, "An input: name=value (repeatable)")
      ->allow_extra_args(false);
  sub->add_option("--provider", command->provider, "Provider for all agents, e.g. openai, demo");
  sub->add_option("--model", command->model, "Model for all agents");
  sub->add_flag_callback("--stream", [command] { command->stream = true; }, "Stream everything");
  sub->add_flag_callback(
      "--no-stream", [command] { command->stream = false; },
      "Stream nothing: answers arrive whole");
  sub->add_option("--events", command->events, "Print the run log to standard output")
      ->check(CLI::IsMember({"jsonl"}));
  sub->add_option("--storage", command->storage,
                  "Where the run is kept (default: .tac/ of the workspace)")
      ->check(CLI::IsMember({"memory"}));
  sub->add_option("--run-id", command->run_id,
                  "Id of the run; one that exists is shown, not started again");
  sub->add_flag("-q,--quiet", command->quiet, "Print only the result");
  sub->footer(
      "On a terminal the run is shown as it happens; in a pipe only its result is printed.\n"
      "Exit codes: 0 success, 1 failed, 2 usage, 130 stopped with Ctrl-C.\n\n"
      "  tactus run examples/streaming-test.tac\n"
      "  tactus run report.tac --param topic=rivers --events jsonl | jq .event_type");
  sub->callback([command, &exit_code] { exit_code = run_command(*command); });
}

void add_validate(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<ValidateCommand>();
  CLI::App* sub = app.add_subcommand("validate", "Check .tac files without running them");
  sub->add_option("files", command->files, "The files")->required();
  sub->add_flag("--json", command->json, "One JSON object a file");
  sub->callback([command, &exit_code] { exit_code = validate_command(*command); });
}

void add_config(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<ConfigCommand>();
  CLI::App* sub =
      app.add_subcommand("config", "Show the settings in force and where each comes from");
  sub->add_option("file", command->file,
                  "A .tac file, whose own settings count too, or a folder (default: here)");
  sub->add_option("--provider", command->provider, "As given to `tactus run`");
  sub->add_option("--model", command->model, "As given to `tactus run`");
  sub->add_flag_callback(
      "--stream", [command] { command->stream = true; }, "As given to `tactus run`");
  sub->add_flag_callback(
      "--no-stream", [command] { command->stream = false; }, "As given to `tactus run`");
  sub->add_flag("--json", command->json, "One JSON object");
  sub->footer("Keys and other secrets are never shown.");
  sub->callback([command, &exit_code] { exit_code = config_command(*command); });
}

void add_runs(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<RunsCommand>();
  CLI::App* sub = app.add_subcommand("runs", "List the runs of a workspace, newest first");
  sub->add_option("workspace", command->workspace, "The folder (default: here)");
  sub->add_option("--status", command->status, "One of " + journal::run_status_names());
  sub->add_option("--procedure", command->procedure, "Only runs of this procedure");
  sub->add_option("--limit", command->limit, "At most this many (1 to 200, default 20)");
  sub->add_flag("--json", command->json, "One JSON object a run");
  sub->callback([command, &exit_code] { exit_code = runs_command(*command); });
}

void add_ide(CLI::App& app, int& exit_code, std::span<const server::Asset> assets) {
  auto command = std::make_shared<IdeCommand>();
  CLI::App* sub = app.add_subcommand("ide", "Open a folder in the web IDE");
  sub->add_option("workspace", command->workspace, "The folder (default: here)");
  sub->add_option("--host", command->host, "Address to listen on (default 127.0.0.1)");
  sub->add_option("--port", command->port, "Port to listen on, 0 for any free one (default 5001)");
  sub->add_flag("--no-browser", command->no_browser, "Do not open a browser");
  sub->add_flag("--no-auth", command->no_auth, "No session token (loopback addresses only)");
  sub->add_option("--open-run", command->open_run, "Show this run first");
  sub->add_option("--max-connections", command->connections_max,
                  "Connections at a time (default 4096)");
  sub->callback([command, &exit_code, assets] { exit_code = ide_command(*command, assets); });
}

void add_mock_provider(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<MockProviderCommand>();
  CLI::App* sub = app.add_subcommand(
      "mock-provider", "Serve a pretended model over HTTP, for tests and demonstrations");
  sub->add_option("--host", command->host, "Address to listen on (default 127.0.0.1)");
  sub->add_option("--port", command->port, "Port to listen on, 0 for any free one (default 8010)");
  sub->add_option("--pace", command->pace,
                  "Words per second, 0 for as fast as possible (default 30)");
  sub->add_option("--script", command->script, "JSON file with a list of replies, one a request");
  sub->add_option("--fault", command->fault,
                  "What goes wrong, e.g. 429:retry-after=2, stall:after=5, cut:bytes=300, no-end");
  sub->add_option("--generate-tokens", command->generate_tokens, "Plain replies of so many tokens");
  sub->add_flag("--stamp-tokens", command->stamp_tokens,
                "Each generated token is its sending time in ns");
  sub->callback([command, &exit_code] { exit_code = mock_provider_command(*command); });
}

// What was typed wrong, and where the help for it is.
Error usage_error(const CLI::App& app, const CLI::ParseError& problem, int argc, char** argv) {
  Error error;
  error.code = ErrorCode::kUsage;
  error.message = problem.what();
  error.hint = "see `tactus --help`";
  const auto chosen = app.get_subcommands();
  if (!chosen.empty()) {
    error.hint = "see `tactus " + chosen.front()->get_name() + " --help`";
  } else if (argc > 1 && argv[1][0] != '-') {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
    error.message = fmt::format("there is no command '{}'", argv[1]);
    if (const auto match = closest_match(argv[1], names))
      error.hint = "did you mean `tactus " + *match + "`?";
  } else if (argc <= 1) {
    error.message =
        "which command? There are: run, ide, validate, config, runs, mock-provider, version";
  }
  return error;
}

}  // namespace

int main(int argc, char** argv, std::span<const server::Asset> assets) {
  CLI::App app{"Tactus: procedures for language-model agents in Lua, every token streamed."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "tactus " TACTUS_VERSION);
  int exit_code = 0;
  add_run(app, exit_code);
  add_ide(app, exit_code, assets);
  add_validate(app, exit_code);
  add_config(app, exit_code);
  add_runs(app, exit_code);
  add_mock_provider(app, exit_code);
  app.add_subcommand("version", "Print the version")->callback([] {
    write_to(1, "tactus " TACTUS_VERSION "\n");
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    print_error(usage_error(app, error, argc, argv));
    return 2;
  }
  return exit_code;
}

}  // namespace tactus::cli
