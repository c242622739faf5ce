#include "crash_run.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <tactus/journal/run_log.hpp>

namespace tactus::durability {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr const char* kRunId = "run_cut";
constexpr const char* kFile = "program.tac";
constexpr std::chrono::seconds kProcessMax{20};

Json answer_to(const Json& request) {
  const std::string_view type = string_member(request, "request_type");
  if (type == "approval") return Json(true);
  if (type == "review") return Json("Approve");
  return Json("blue");
}

// One process: its service over its store, on one thread.
class ProcessDriver {
 public:
  ProcessDriver(std::string workspace, CutStore& store, const Clock& clock,
                const CrashRun::Process& process)
      : workspace_(std::move(workspace)), store_(store), clock_(clock), process_(process) {}

  // Gives why the run was refused, if it was.
  std::optional<Error> run(bool is_first) {
    runtime::RunServiceOptions options;
    options.workspace = workspace_;
    options.store = &store_;
    options.clock = &clock_;
    options.demo_pace = 0;
    auto service = runtime::RunService::create(io_.get_executor(), options);
    if (!service) return service.error();
    service_ = std::move(*service);
    asio::co_spawn(io_, drive(is_first), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    io_.run();
    return refused_;
  }

 private:
  asio::awaitable<Result<runtime::Started>> begin(bool is_first) {
    if (!is_first) {
      runtime::ResumeRequest request;
      request.run_id = kRunId;
      request.allow_changed_source = process_.allow_changed_source;
      co_return co_await service_->resume(std::move(request));
    }
    runtime::StartRequest request;
    request.path = kFile;
    request.run_id = kRunId;
    request.seed = 7;
    co_return co_await service_->start(std::move(request));
  }

  asio::awaitable<void> drive(bool is_first) {
    const auto started = co_await begin(is_first);
    if (!started) {
      refused_ = started.error();
    } else {
      if (process_.cancel) (void)service_->cancel(kRunId);
      co_await follow();
    }
    // Once it has been interrupted: then nothing goes on with what the store says.
    asio::post(io_, [this] { store_.let_go(); });
    co_await service_->stop(std::chrono::seconds(5));
  }

  asio::awaitable<void> follow() {
    const auto log = *service_->log(kRunId);
    asio::steady_timer timer(io_);
    const auto deadline = std::chrono::steady_clock::now() + kProcessMax;
    while (!log->closed() && !store_.cut()) {
      timer.expires_after(std::chrono::microseconds(200));
      co_await timer.async_wait(asio::use_awaitable);
      const journal::RunRecord record = *service_->find(kRunId);
      if (process_.stop_at && process_.stop_at(record)) co_return;
      if (process_.answers) co_await answer(record);
      if (std::chrono::steady_clock::now() < deadline) continue;
      ADD_FAILURE() << "the run did not end";
      co_return;
    }
  }

  asio::awaitable<void> answer(const journal::RunRecord& record) {
    for (const Json& pending : record.pending) {
      if (!answered_.insert(std::string(string_member(pending, "request_id"))).second) continue;
      runtime::AnswerRequest request;
      request.run_id = kRunId;
      request.request_id = string_member(pending, "request_id");
      request.value = answer_to(pending);
      const auto given = co_await service_->answer(std::move(request));
      // Its time may be over by now.
      EXPECT_TRUE(given || store_.cut() || given.error().code == ErrorCode::kHitlOption)
          << to_string(given.error());
    }
  }

  std::string workspace_;
  CutStore& store_;
  const Clock& clock_;
  const CrashRun::Process& process_;
  asio::io_context io_;
  std::unique_ptr<runtime::RunService> service_;
  std::set<std::string> answered_;
  std::optional<Error> refused_;
};

void count(const Json& event, Outcome& outcome, std::set<std::string>& messages) {
  const std::string_view type = string_member(event, "event_type");
  if (type == "agent_stream_chunk") {
    if (messages.insert(std::string(string_member(event, "message_id"))).second)
      ++outcome.requests[std::string(string_member(event, "agent_name"))];
  } else if (type == "log" && string_member(event, "message").starts_with("ran ")) {
    ++outcome.handled[std::string(string_member(event, "message"))];
  } else if (type == "execution_summary") {
    outcome.state = *find_member(event, "final_state");
  }
}

}  // namespace

CrashRun::CrashRun(std::string source) {
  for (const char* name : {"OPENAI_API_KEY", "OPENAI_BASE_URL", "TACTUS_PROVIDER", "TACTUS_STREAM"})
    unsetenv(name);
  std::string name = (fs::temp_directory_path() / "durability-XXXXXX").string();
  path_ = mkdtemp(name.data());
  setenv("XDG_CONFIG_HOME", path_.c_str(), 1);
  change_source(source);
}

CrashRun::~CrashRun() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void CrashRun::change_source(const std::string& source) { write_file(kFile, source); }

void CrashRun::write_file(const std::string& name, const std::string& text) {
  fs::create_directories(fs::path(path_ + "/" + name).parent_path());
  std::ofstream(path_ + "/" + name, std::ios::binary) << text;
}

std::string CrashRun::read_file(const std::string& name) const {
  std::ifstream file(path_ + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::unique_ptr<CutStore> CrashRun::open(std::int64_t writes_max) {
  journal::SqliteOptions options;
  options.commit_delay = std::chrono::milliseconds(1);
  auto store = journal::open_sqlite_store(path_ + "/.tac/runs.db", options);
  EXPECT_TRUE(store) << to_string(store.error());
  const auto ended = [this](const journal::CheckpointEntry& entry) {
    const std::lock_guard lock(mutex_);
    ++ended_[entry.position];
  };
  return std::make_unique<CutStore>(std::move(*store), writes_max, ended);
}

Ending CrashRun::run(const Process& process) {
  Ending ending;
  {
    const auto store = open(process.writes_max);
    ProcessDriver driver(path_, *store, *clock_, process);
    ending.refused = driver.run(!started_);
    ending.cut = store->cut();
    ending.writes = store->writes();
  }
  const auto left = open(kNoCut);
  const auto record = left->find(kRunId);
  started_ = record && *record;
  if (!started_) return ending;
  ending.record = **record;
  const auto entries = left->checkpoint_entries(kRunId);
  if (!entries) return ending;
  for (const journal::CheckpointEntry& entry : *entries) ending.entries[entry.position] = entry;
  return ending;
}

Result<runtime::Answered> CrashRun::answer(const std::string& request_id, Json value) {
  const auto store = open(kNoCut);
  asio::io_context io;
  runtime::RunServiceOptions options;
  options.workspace = path_;
  options.store = store.get();
  auto service = runtime::RunService::create(io.get_executor(), options);
  if (!service) return fail(service.error());
  runtime::AnswerRequest request;
  request.run_id = kRunId;
  request.request_id = request_id;
  request.value = std::move(value);
  request.resume = false;
  std::optional<Result<runtime::Answered>> answered;
  asio::co_spawn(io, (*service)->answer(std::move(request)),
                 [&](std::exception_ptr failure, Result<runtime::Answered> value_given) {
                   if (failure) std::rethrow_exception(failure);
                   answered = std::move(value_given);
                 });
  io.run();
  return std::move(*answered);
}

Outcome CrashRun::outcome() const {
  auto store = journal::open_sqlite_store(path_ + "/.tac/runs.db");
  EXPECT_TRUE(store) << to_string(store.error());
  Outcome outcome;
  const auto record = (*store)->find(kRunId);
  outcome.result = (*record)->result;
  outcome.error = Json(std::string(string_member((*record)->error, "code")));
  outcome.status = journal::run_status_name((*record)->status);
  const auto log = journal::RunLog::restore(**store, kRunId, system_clock());
  std::set<std::string> messages;
  for (journal::EventSeq seen = 0;;) {
    const auto events = (*log)->read(seen, {.bytes_max = 1});
    if (events.empty()) return outcome;
    seen = events.back().cursor;
    for (const journal::ReadEvent& event : events) {
      outcome.lines.push_back(event.json);
      count(*parse_json(event.json), outcome, messages);
    }
  }
}

}  // namespace tactus::durability
