#include <filesystem>
#include <random>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <tactus/net/http_client.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/included_file.hpp>
#include <tactus/runtime/inputs.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/service.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kEndedLogsMax =
    32;  // Logs of ended runs kept in memory; older ones are read from the store.

// Small enough to be an exact number in every JSON reader.
std::int64_t drawn_seed() {
  std::random_device device;
  return static_cast<std::int64_t>((std::uint64_t{device()} << 20 ^ device()) & ((1ULL << 53) - 1));
}

std::string procedure_id_of(const std::string& path) {
  return path.empty() ? "inline" : std::filesystem::path(path).stem().string();
}

}  // namespace

awaitable<Result<Started>> Service::start(StartRequest request) {
  if (!request.run_id.empty()) {
    if (auto known = existing(request.run_id)) co_return *known;
  }
  std::vector<std::string> allowed_plugins = std::move(request.allowed_plugins);
  auto parts = prepare(std::move(request));
  if (!parts) co_return fail(parts.error());
  parts->allowed_plugins = std::move(allowed_plugins);
  Started started{parts->record.run_id, parts->record.generation, false};
  const std::shared_ptr<journal::RunLog> log = parts->log;
  if (!launch(std::move(*parts))) {
    started.existed = true;  // Another start with the same id was quicker.
    co_return started;
  }
  co_await log->wait(0);
  co_return started;
}

std::optional<Started> Service::existing(const std::string& run_id) {
  const auto record = find(run_id);
  if (!record) return std::nullopt;
  return Started{run_id, record->generation, true};
}

Result<Service::Loaded> Service::load(const std::string& path, std::optional<std::string> text) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return fail(ErrorCode::kRunBusy, "the server is shutting down");
  }
  if (!text) {
    auto read = read_workspace_file(options_.workspace, path);
    if (!read) return fail(read.error());
    text = std::move(*read);
  }
  auto config = load_config(options_.workspace, path, environment_);
  if (!config) return fail(config.error());
  const std::string shown_path = path.empty() ? "inline.tac" : path;
  program::Source source{shown_path, std::move(*text), outside_sets(*config),
                         included_files(options_.workspace)};
  auto checked = program::check(source, true);
  if (!checked) return fail(checked.error());
  const program::Program& program = *checked->program;
  if (!program.errors.empty()) return fail(to_error(program.errors.front(), shown_path));
  TACTUS_ASSERT(program.main != nullptr);
  return Loaded{std::move(source), std::move(*config), std::move(*checked)};
}

Result<RunParts> Service::prepare(StartRequest request) {
  auto loaded = load(request.path, request.source);
  if (!loaded) return fail(loaded.error());
  const program::Program& program = *loaded->checked.program;
  const auto at_inputs = [&](Error error) {
    const int line = program.input_line ? program.input_line : program.main->line;
    if (!error.place) error.place = Place{loaded->source.path, line, 0};
    return fail(std::move(error));
  };
  auto inputs = coerce_inputs(program.main->input, std::move(request.inputs));
  if (!inputs) return at_inputs(inputs.error());
  if (auto complete = check_inputs(*program.main, *inputs); !complete)
    return at_inputs(complete.error());

  auto cassettes = cassettes_of(request.cassettes, loaded->config, false);
  if (!cassettes) return fail(cassettes.error());
  const std::string stream_switch = environment_.get("TACTUS_STREAM");
  if (!request.overrides.stream && (stream_switch == "on" || stream_switch == "off"))
    request.overrides.stream = stream_switch == "on";
  journal::RunRecord record;
  record.run_id = request.run_id.empty() ? options_.ids->next("run") : request.run_id;
  record.procedure_id = procedure_id_of(request.path);
  record.path = request.path;
  record.source_hash = source_hash(*loaded);
  record.started_at = format_time(options_.clock->wall());
  record.inputs = std::move(*inputs);
  record.total_cost = 0;  // Nothing is spent before the first request.
  record.seed = request.seed.value_or(drawn_seed());
  record.overrides = overrides_record(request.overrides);
  record.context = std::move(request.context);
  record.source = std::move(request.source);
  auto log =
      std::make_shared<journal::RunLog>(journal::RunIdentity{record.run_id, record.procedure_id},
                                        record.generation, *options_.clock, options_.store);
  return parts_of(std::move(*loaded), request.overrides, std::move(record), std::move(log),
                  std::move(*cassettes));
}

RunParts Service::parts_of(Loaded loaded, RunOverrides overrides, journal::RunRecord record,
                           std::shared_ptr<journal::RunLog> log,
                           std::unique_ptr<llm::CassetteClient> cassettes) {
  JsonObject inputs = record.inputs;
  net::HttpClient& http = cassettes ? *cassettes : *http_;
  return RunParts{asio::make_strand(executor_),
                  options_.workspace,
                  std::move(loaded.source),
                  std::move(inputs),
                  std::move(overrides),
                  std::move(loaded.config),
                  environment_,
                  std::move(log),
                  std::move(record),
                  *options_.clock,
                  options_.store,
                  http,
                  providers_,
                  *activity_,
                  {},
                  options_.allow_plugins,
                  std::move(cassettes)};
}

bool Service::launch(RunParts parts) {
  const std::string run_id = parts.record.run_id;
  const journal::RunRecord record = parts.record;
  const auto strand = parts.strand;
  auto log = parts.log;
  auto run = std::make_shared<Run>(std::move(parts));
  if (answer_watch_) answer_watch_->start();
  {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = runs_.try_emplace(run_id);
    Entry& entry = found->second;
    if (entry.run || (!is_new && record.generation == 1)) return false;
    ended_.remove(run_id);  // Of an earlier generation.
    entry = Entry{std::move(log), run, {}, {}};
  }
  if (options_.store) options_.store->put_run(record);
  activity_->note(run_id);
  // Posted, because a free strand would otherwise run the program here and now, up to its first
  // wait, while the caller does not even have the run's id.
  asio::post(strand, [this, strand, run] { execute(strand, run); });
  return true;
}

// The coroutine is owned by the service: `stop` waits until no run is left.
void Service::execute(const Strand& strand, const std::shared_ptr<Run>& run) {
  const std::string run_id = run->log().identity().run_id;
  asio::co_spawn(strand, run->execute(), [this, run_id, run](std::exception_ptr failure) {
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& e) {
        spdlog::critical("run {} ended by a fault of the implementation: {}", run_id, e.what());
      }
      if (!run->log().closed()) run->log().close();
    }
    ended(run_id);
  });
}

// On the run's strand, after its last event: keeps what is asked for often, lets go of the
// interpreter.
void Service::ended(const std::string& run_id) {
  std::shared_ptr<Run> run;  // Released after the lock.
  const std::lock_guard lock(mutex_);
  Entry& entry = runs_[run_id];
  run = std::move(entry.run);
  entry.run = nullptr;
  entry.record = run->record();
  entry.cancel_times = run->cancel_times();
  activity_->note(run_id);
  ended_.push_back(run_id);
  if (!options_.store) return;  // Without a store, memory is where runs are kept.
  while (ended_.size() > kEndedLogsMax) {
    runs_.erase(ended_.front());
    ended_.pop_front();
  }
}

Result<std::shared_ptr<journal::RunLog>> Service::log(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(run_id);
  if (found != runs_.end()) return found->second.log;
  if (!options_.store) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  return journal::RunLog::restore(*options_.store, run_id, *options_.clock);
}

Result<journal::RunRecord> Service::find(const std::string& run_id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(run_id);
    if (found != runs_.end())
      return found->second.run ? found->second.run->record() : found->second.record;
  }
  if (options_.store) {
    auto record = options_.store->find(run_id);
    if (!record) return fail(record.error());
    if (*record) return **record;
  }
  return fail(Error{
      ErrorCode::kRunNotFound, "no run '" + run_id + "'", "`tactus runs` lists them", {}, ""});
}

// Ids may be the caller's own and say nothing of age, so that the start decides.
Result<std::vector<journal::RunRecord>> Service::list(const journal::RunQuery& query) {
  using Key = std::pair<std::string, std::string>;
  const auto key_of = [](const journal::RunRecord& record) {
    return Key{record.started_at, record.run_id};
  };
  std::optional<Key> before;
  if (!query.before_run_id.empty()) {
    const auto record = find(query.before_run_id);
    if (!record) return fail(record.error());
    before = key_of(*record);
  }
  std::vector<journal::RunRecord> records;
  if (options_.store) {
    auto stored = options_.store->list(query);
    if (!stored && stored.error().code == ErrorCode::kRunNotFound && before) {
      // The run is in memory and not committed yet: what is committed is older.
      journal::RunQuery committed = query;
      committed.before_run_id.clear();
      stored = options_.store->list(committed);
    }
    if (!stored) return stored;
    records = std::move(*stored);
  }
  // What is in memory is newer than what has been committed.
  const std::lock_guard lock(mutex_);
  std::map<Key, journal::RunRecord, std::greater<>> newest_first;
  for (journal::RunRecord& record : records) newest_first[key_of(record)] = std::move(record);
  for (const auto& [run_id, entry] : runs_) {
    const journal::RunRecord record = entry.run ? entry.run->record() : entry.record;
    const bool wanted = (query.procedure_id.empty() || query.procedure_id == record.procedure_id) &&
                        (!query.status || *query.status == record.status) &&
                        (!before || key_of(record) < *before);
    if (wanted) {
      newest_first[key_of(record)] = record;
    } else {
      newest_first.erase(key_of(record));
    }
  }
  records.clear();
  for (auto& [key, record] : newest_first) {
    if (records.size() < query.limit) records.push_back(std::move(record));
  }
  return records;
}

awaitable<void> Service::settle_ending(const std::string& run_id) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = runs_.find(run_id);
      if (found == runs_.end() || !found->second.run || !found->second.run->ending()) co_return;
    }
    timer.expires_after(std::chrono::milliseconds(2));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

awaitable<Result<void>> Service::remove(const std::string& run_id) {
  co_await settle_ending(run_id);
  const auto record = find(run_id);
  if (!record) co_return fail(record.error());
  {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(run_id);
    if ((found != runs_.end() && found->second.run) ||
        record->status == journal::RunStatus::kRunning) {
      co_return fail(Error{
          ErrorCode::kRunBusy, "run '" + run_id + "' is still running", "stop it first", {}, ""});
    }
    if (found != runs_.end()) runs_.erase(found);
    ended_.remove(run_id);
  }
  Result<void> removed = options_.store ? options_.store->remove(run_id) : Result<void>{};
  activity_->note(run_id);
  co_return removed;
}

std::shared_ptr<RunActivity> Service::activity() {
  if (store_watch_) store_watch_->start();
  return activity_;
}

std::shared_ptr<StoreWatch> Service::watch_store() {
  if (!options_.store) return nullptr;
  return std::make_shared<StoreWatch>(executor_, *options_.store, *activity_,
                                      [this](const std::string& run_id) {
                                        const std::lock_guard lock(mutex_);
                                        return runs_.contains(run_id);
                                      });
}

Result<CancelTimes> Service::cancel(const std::string& run_id) {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(run_id);
    if (found != runs_.end() && !found->second.run) return found->second.cancel_times;
    if (found != runs_.end()) run = found->second.run;
  }
  if (run) return run->cancel();
  const auto record = find(run_id);
  if (!record) return fail(record.error());
  if (record->status == journal::RunStatus::kRunning) {
    return fail(Error{ErrorCode::kRunBusy,
                      "run '" + run_id + "' belongs to another process",
                      "stop it there",
                      {},
                      ""});
  }
  return journal::is_live(record->status) ? cancel_waiting(*record) : CancelTimes{};
}

// Of a run that waits without a process. It becomes live for as long as it takes to end: its log
// is then closed as that of any stopped run.
Result<CancelTimes> Service::cancel_waiting(journal::RunRecord record) {
  const std::string run_id = record.run_id;
  const std::string hash = record.source_hash;
  const Result<void> claimed = options_.store->claim(run_id);
  if (!claimed) return fail(claimed.error());
  auto parts = prepare_resumed(std::move(record), true);
  if (!parts) {
    options_.store->release(run_id);
    return fail(parts.error());
  }
  parts->record.source_hash = hash;  // Who resumes it later still learns that its source changed.
  launch(std::move(*parts));
  const auto run = live_run(run_id);
  return run ? run->cancel() : CancelTimes{};
}

awaitable<void> Service::wait(const std::string& run_id) {
  const auto found = log(run_id);
  if (!found) co_return;
  while (!(*found)->closed()) co_await (*found)->wait((*found)->last_seq());
}

PluginFiles Service::plugins_to_allow(const std::string& path,
                                      const std::optional<std::string>& source) {
  if (options_.allow_plugins) return {};
  return plugins_without_consent(options_.workspace, path, source);
}

Result<program::Checked> Service::check(const std::string& path, const std::string& text) {
  const auto config = load_config(options_.workspace, path, environment_);
  const program::Source source{path.empty() ? "inline.tac" : path, text,
                               outside_sets(config ? *config : Config{}),
                               included_files(options_.workspace)};
  return program::check(source, true);
}

DefaultModel Service::default_model() const {
  const auto config = load_config(options_.workspace, "", environment_);
  return default_model_of(config ? *config : Config{}, environment_);
}

bool Service::any_running() {
  const std::lock_guard lock(mutex_);
  for (const auto& [run_id, entry] : runs_) {
    if (entry.run) return true;
  }
  return false;
}

Service::~Service() {
  if (answer_watch_) answer_watch_->stop();
  if (store_watch_) store_watch_->stop();
}

awaitable<void> Service::stop(std::chrono::milliseconds grace) {
  if (answer_watch_) answer_watch_->stop();
  if (store_watch_) store_watch_->stop();
  std::vector<std::shared_ptr<Run>> running;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [run_id, entry] : runs_) {
      if (entry.run) running.push_back(entry.run);
    }
  }
  for (const auto& run : running) run->interrupt();
  running.clear();
  const auto deadline = std::chrono::steady_clock::now() + grace;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (any_running() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(5));
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_await providers_.stop();
}

Result<std::unique_ptr<RunService>> RunService::create(asio::any_io_executor executor,
                                                       RunServiceOptions options) {
  net::HttpClientOptions client_options;
  client_options.user_agent = "tactus/" TACTUS_VERSION;
  auto http = net::HttpClient::open(executor, client_options);
  if (!http) return fail(http.error());
  return std::make_unique<Service>(std::move(executor), std::move(options), std::move(*http));
}

}  // namespace tactus::runtime
