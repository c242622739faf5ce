#include <CLI/CLI.hpp>

#include <tactus/base/text.hpp>
#include <tactus/cli/cli.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {
namespace {

constexpr const char* kPluginsHelp = "Use plugins that only a program names, without asking";
constexpr const char* kStorageHelp = "Database file of the runs (default: .tac/ of the workspace)";

void add_watch_options(CLI::App& sub, WatchOptions& watch) {
  sub.add_option("--events", watch.events, "Print the run log to standard output")
      ->check(CLI::IsMember({"jsonl"}));
  sub.add_flag("-q,--quiet", watch.quiet, "Print only the result");
  sub.add_flag("--plain", watch.plain,
               "Whole sentences, no colours and nothing redrawn: for screen readers and logs");
  sub.add_flag("--wait", watch.wait, "Wait for humans who answer elsewhere, instead of exiting");
}

void add_run_settings(CLI::App& sub, const std::shared_ptr<RunCommand>& command) {
  sub.add_option("--provider", command->provider, "Provider for all agents, e.g. openai, demo");
  sub.add_option("--model", command->model, "Model for all agents");
  sub.add_flag_callback("--stream", [command] { command->stream = true; }, "Stream everything");
  sub.add_flag_callback(
      "--no-stream", [command] { command->stream = false; },
      "Stream nothing: answers arrive whole");
  sub.add_option("--hitl", command->hitl, "Ask humans, or answer with the defaults at once")
      ->check(CLI::IsMember({"ask", "default"}));
  sub.add_option("--seed", command->seed, "Seed of random numbers");
}

void add_run(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<RunCommand>();
  CLI::App* sub = app.add_subcommand("run", "Run a procedure and watch it write");
  sub->add_option("file", command->file, "The .tac file")->required();
  sub->add_option("-p,--param", command->parameters, "An input: name=value (repeatable)")
      ->allow_extra_args(false);
  sub->add_option("--context", command->context, "For {context.name}: name=value (repeatable)")
      ->allow_extra_args(false);
  add_run_settings(*sub, command);
  add_watch_options(*sub, command->watch);
  add_cassette_options(*sub, command->cassettes);
  sub->add_option("--storage", command->storage,
                  "Where the run is kept: memory, or a database file (default: .tac/)");
  sub->add_option("--run-id", command->run_id,
                  "Id of the run; one that exists is resumed, or shown if it is complete");
  sub->add_flag("--allow-plugins", command->allow_plugins, kPluginsHelp);
  sub->add_flag("--allow-changed-source", command->allow_changed_source,
                "Resume though the file has changed");
  sub->footer(
      "On a terminal the run is shown as it happens; in a pipe only its result is printed.\n"
      "Exit codes: 0 success, 1 failed, 2 usage, 3 waiting for a human, 130 interrupted.\n\n"
      "  tactus run examples/streaming-test.tac\n"
      "  tactus run report.tac --param topic=rivers --events jsonl | jq .event_type\n"
      "  tactus run report.tac --record tapes\n"
      "  tactus run report.tac --replay tapes --timing real");
  sub->callback([command, &exit_code] { exit_code = run_command(*command); });
}

void add_resume(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<ResumeCommand>();
  CLI::App* sub =
      app.add_subcommand("resume", "Go on with a run: what it has done is not repeated");
  sub->add_option("run", command->run, "Id of the run, or its beginning")->required();
  sub->add_option("--workspace", command->workspace, "The folder of the run (default: here)");
  sub->add_option("--storage", command->storage, kStorageHelp);
  sub->add_flag("--allow-plugins", command->allow_plugins, kPluginsHelp);
  sub->add_flag("--allow-changed-source", command->allow_changed_source,
                "Resume though the file has changed");
  add_watch_options(*sub, command->watch);
  add_cassette_options(*sub, command->cassettes);
  sub->callback([command, &exit_code] { exit_code = resume_command(*command); });
}

void add_answer(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<AnswerCommand>();
  CLI::App* sub = app.add_subcommand("answer", "Answer what a run asks a human");
  sub->add_option("run", command->run, "Id of the run, or its beginning")->required();
  sub->add_option("request", command->request, "Id of the request; - for the only open one")
      ->required();
  sub->add_option("value", command->value, "The answer: a text, or JSON")->required();
  sub->add_option("--workspace", command->workspace, "The folder of the run (default: here)");
  sub->add_option("--storage", command->storage, kStorageHelp);
  sub->footer(
      "  tactus answer run_1f h2 yes\n"
      "  tactus answer run_1f - '{\"decision\": \"Reject\", \"feedback\": \"too long\"}'\n"
      "  tactus answer -- run_1f h2 -5");
  sub->callback([command, &exit_code] { exit_code = answer_command(*command); });
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

void add_models(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<ModelsCommand>();
  CLI::App* sub = app.add_subcommand("models", "List the models whose prices are known");
  sub->add_option("text", command->text, "Only those whose provider or name holds this text");
  sub->add_flag("--json", command->json, "One JSON object a price");
  sub->footer("Other models can be used, too; what they cost is then unknown.");
  sub->callback([command, &exit_code] { exit_code = models_command(*command); });
}

void add_doctor(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<DoctorCommand>();
  CLI::App* sub = app.add_subcommand("doctor", "Check what programs need, and say what to do");
  sub->add_option("workspace", command->workspace, "The folder (default: here)");
  sub->add_flag("--online", command->online, "Ask providers whether they take the keys");
  sub->add_flag("--json", command->json, "One JSON object a check");
  sub->footer("Keys are never shown. Exit code 1 if something is broken.");
  sub->callback([command, &exit_code] { exit_code = doctor_command(*command); });
}

void add_runs(CLI::App& app, int& exit_code) {
  auto command = std::make_shared<RunsCommand>();
  CLI::App* sub = app.add_subcommand("runs", "List the runs of a workspace, newest first");
  sub->add_option("workspace", command->workspace, "The folder (default: here)");
  sub->add_option("--storage", command->storage, kStorageHelp);
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
  sub->add_flag("--allow-plugins", command->allow_plugins, kPluginsHelp);
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
        "which command? There are: run, resume, answer, ide, validate, config, models, "
        "doctor, runs, mock-provider, version";
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
  add_resume(app, exit_code);
  add_answer(app, exit_code);
  add_ide(app, exit_code, assets);
  add_validate(app, exit_code);
  add_config(app, exit_code);
  add_models(app, exit_code);
  add_doctor(app, exit_code);
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
