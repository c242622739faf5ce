// Resuming runs: claimed from whoever left them, loaded, and started as a new generation.
#include <boost/asio/use_awaitable.hpp>

#include <tactus/base/text.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/hash.hpp>
#include <tactus/runtime/service.hpp>
#include <tactus/runtime/workspace_file.hpp>

namespace tactus::runtime {
namespace {

Error source_changed(const std::vector<std::string>& files) {
  Error error;
  error.code = ErrorCode::kSourceChanged;
  error.message = fmt::format("'{}' {} changed since the run began", join(files, "', '"),
                              files.size() == 1 ? "has" : "have");
  error.hint = "resume with --allow-changed-source, or start a new run";
  error.place = Place{files.front(), 0, 0};
  error.details = dump_json(JsonObject{{"files", JsonArray(files.begin(), files.end())}});
  return error;
}

// Those of the files that the run has pulled in which are not what they were; `files` is brought up
// to date.
std::vector<std::string> changed_files(const std::string& workspace, JsonObject& files) {
  std::vector<std::string> changed;
  JsonObject current;
  for (const auto& [path, hash] : files) {
    const auto text = read_text(workspace, std::string(path));
    const Json now = text ? Json(sha256_hex(*text)) : Json(nullptr);
    if (now != hash) changed.emplace_back(path);
    if (text) current[path] = now;
  }
  files = std::move(current);
  return changed;
}

}  // namespace

JsonObject overrides_record(const RunOverrides& overrides) {
  JsonObject record;
  if (overrides.provider) record["provider"] = *overrides.provider;
  if (overrides.model) record["model"] = *overrides.model;
  if (overrides.default_answers) record["hitl"] = "default";
  if (overrides.stream) record["stream"] = *overrides.stream;
  return record;
}

RunOverrides overrides_from_record(const JsonObject& record) {
  const Json all(record);
  RunOverrides overrides;
  if (record.contains("provider")) overrides.provider = string_member(all, "provider");
  if (record.contains("model")) overrides.model = string_member(all, "model");
  overrides.default_answers = string_member(all, "hitl") == "default";
  if (record.contains("stream")) overrides.stream = bool_member(all, "stream");
  return overrides;
}

std::optional<Started> Service::live(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(run_id);
  if (found == runs_.end() || !found->second.run) return std::nullopt;
  return Started{run_id, found->second.run->record().generation, true};
}

std::string Service::source_hash(const Loaded& loaded) {
  const auto& modules = loaded.checked.program->modules;
  if (modules.empty()) return sha256_hex(loaded.source.text);
  std::string all = sha256_hex(loaded.source.text);
  for (const auto& [path, hash] : modules) all += "\n" + path + " " + hash;
  return sha256_hex(all);
}

awaitable<Result<Started>> Service::resume(ResumeRequest request) {
  co_await settle_ending(request.run_id);
  if (auto known = live(request.run_id)) co_return *known;
  auto record = find(request.run_id);
  if (!record) co_return fail(record.error());
  if (record->status == journal::RunStatus::kCompleted)
    co_return Started{request.run_id, record->generation, true};
  if (!options_.store) {
    co_return fail(Error{ErrorCode::kStorage,
                         "a run that is kept in memory cannot be resumed",
                         "start it with a store: without `--storage memory`",
                         {},
                         ""});
  }
  const Result<void> claimed = options_.store->claim(request.run_id);
  if (!claimed) co_return fail(claimed.error());
  auto parts = prepare_resumed(std::move(*record), request.allow_changed_source, request.cassettes);
  if (!parts) {
    options_.store->release(request.run_id);
    co_return fail(parts.error());
  }
  parts->allowed_plugins = std::move(request.allowed_plugins);
  Started started{request.run_id, parts->record.generation, false};
  const std::shared_ptr<journal::RunLog> log = parts->log;
  const journal::EventSeq before = log->last_seq();
  if (!launch(std::move(*parts))) {
    started.existed = true;
    co_return started;
  }
  co_await log->wait(before);
  co_return started;
}

Result<RunParts> Service::prepare_resumed(journal::RunRecord record, bool allow_changed_source,
                                          const std::optional<llm::CassetteOptions>& cassettes) {
  // The claim may have changed it: a run whose process has gone is interrupted now.
  auto stored = options_.store->find(record.run_id);
  if (!stored) return fail(stored.error());
  if (*stored) record = std::move(**stored);
  auto loaded = load(record.path, record.source);
  if (!loaded) return fail(loaded.error());
  const std::string hash = source_hash(*loaded);
  std::vector<std::string> changed = changed_files(options_.workspace, record.files);
  if (hash != record.source_hash && changed.empty()) changed.push_back(record.path);
  if (!changed.empty() && !allow_changed_source) return fail(source_changed(changed));
  auto entries = options_.store->checkpoint_entries(record.run_id);
  if (!entries) return fail(entries.error());
  auto tapes = cassettes_of(cassettes, loaded->config, true);
  if (!tapes) return fail(tapes.error());
  // A mismatch was not the failure of an operation: what was caught before it stays caught.
  const bool failed =
      record.status == journal::RunStatus::kFailed &&
      string_member(record.error, "code") != error_code_name(ErrorCode::kReplayMismatch);
  record.source_hash = hash;
  record.generation += 1;
  record.status = journal::RunStatus::kRunning;
  record.ended_at.clear();
  record.result = nullptr;
  record.error = nullptr;
  record.pending.clear();  // What is still asked is asked again, under the same id.
  auto log =
      journal::RunLog::reopen(*options_.store, record.run_id, record.generation, *options_.clock);
  if (log && (*log)->last_seq() == 0) {
    // Its process went before the first event was kept: it begins now.
    record.generation = 1;
    log = journal::RunLog::reopen(*options_.store, record.run_id, 1, *options_.clock);
  }
  if (!log) return fail(log.error());
  const RunOverrides overrides = overrides_from_record(record.overrides);
  RunParts parts = parts_of(std::move(*loaded), overrides, std::move(record), std::move(*log),
                            std::move(*tapes));
  parts.entries = std::move(*entries);
  parts.reopen_failed = failed;
  return parts;
}

}  // namespace tactus::runtime
