// The commands, one file each. Every function returns the exit code of the process.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tactus/cli/cassette_flags.hpp>
#include <tactus/server/ide_server.hpp>

namespace tactus::cli {

// How a run is shown, and whether the process stays while it waits for a human elsewhere.
struct WatchOptions {
  std::string events;  // "" or "jsonl"
  bool quiet = false;
  bool wait = false;
  bool plain = false;  // Nothing is drawn: whole sentences, one after another, for screen readers.
};

struct RunCommand {
  std::string file;
  std::vector<std::string> parameters, context;  // "name=value"
  std::optional<std::string> provider, model;
  std::optional<bool> stream;
  std::optional<std::int64_t> seed;
  std::string hitl;     // "", "ask" or "default"
  std::string storage;  // "" (as configured), "memory" or the path of a database file
  std::string run_id;
  bool allow_changed_source = false;
  bool allow_plugins = false;
  CassetteFlags cassettes;
  WatchOptions watch;
};
int run_command(const RunCommand& command);

struct ResumeCommand {
  std::string run;  // An id, or the beginning of one.
  std::string workspace = ".";
  std::string storage;  // "" or the path of a database file
  bool allow_changed_source = false;
  bool allow_plugins = false;
  CassetteFlags cassettes;
  WatchOptions watch;
};
int resume_command(const ResumeCommand& command);

struct AnswerCommand {
  std::string run;      // An id, or the beginning of one.
  std::string request;  // An id; "-" = the only one that is open.
  std::string value;
  std::string workspace = ".";
  std::string storage;  // "" or the path of a database file
};
int answer_command(const AnswerCommand& command);

struct ValidateCommand {
  std::vector<std::string> files;
  bool json = false;
};
int validate_command(const ValidateCommand& command);

struct ConfigCommand {
  std::string file;  // A procedure or a folder; empty: the current folder.
  std::optional<std::string> provider, model;
  std::optional<bool> stream;
  bool json = false;
};
int config_command(const ConfigCommand& command);

struct ModelsCommand {
  std::string text;  // Part of the names wanted; empty = all.
  bool json = false;
};
int models_command(const ModelsCommand& command);

struct DoctorCommand {
  std::string workspace = ".";
  bool online = false;
  bool json = false;
};
int doctor_command(const DoctorCommand& command);

struct RunsCommand {
  std::string workspace = ".";
  std::string storage;  // "" or the path of a database file
  std::string status, procedure;
  std::size_t limit = 20;
  bool json = false;
};
int runs_command(const RunsCommand& command);

struct IdeCommand {
  std::string workspace = ".";
  std::string host = "127.0.0.1";
  std::uint16_t port = 5001;
  bool no_browser = false;
  bool no_auth = false;
  bool allow_plugins = false;
  std::string open_run;
  std::size_t connections_max = 4096;
};
int ide_command(const IdeCommand& command, std::span<const server::Asset> assets);

struct MockProviderCommand {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8010;
  double pace = 30;
  std::string script, fault;
  std::size_t generate_tokens = 0;
  bool stamp_tokens = false;
};
int mock_provider_command(const MockProviderCommand& command);

}  // namespace tactus::cli
