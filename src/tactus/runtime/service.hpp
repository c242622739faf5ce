// The service behind run_service.hpp. Private to the module.
#pragma once

#include <list>
#include <map>
#include <mutex>

#include <boost/asio/strand.hpp>

#include <tactus/net/http_client.hpp>
#include <tactus/runtime/answer_watch.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/store_watch.hpp>

namespace tactus::runtime {

class Service final : public RunService {
 public:
  Service(boost::asio::any_io_executor executor, RunServiceOptions options,
          std::unique_ptr<net::HttpClient> http)
      : executor_(std::move(executor)),
        options_(std::move(options)),
        environment_(options_.workspace),
        http_(std::move(http)),
        providers_(executor_, options_.demo_pace),
        answer_watch_(watch_answers()),
        store_watch_(watch_store()) {}
  ~Service() override;

  awaitable<Result<Started>> start(StartRequest request) override;
  awaitable<Result<Started>> resume(ResumeRequest request) override;
  awaitable<Result<Answered>> answer(AnswerRequest request) override;
  Result<std::shared_ptr<journal::RunLog>> log(const std::string& run_id) override;
  Result<journal::RunRecord> find(const std::string& run_id) override;
  Result<std::vector<journal::RunRecord>> list(const journal::RunQuery& query) override;
  std::shared_ptr<RunActivity> activity() override;
  awaitable<Result<void>> remove(const std::string& run_id) override;
  Result<CancelTimes> cancel(const std::string& run_id) override;
  awaitable<void> wait(const std::string& run_id) override;
  PluginFiles plugins_to_allow(const std::string& path,
                               const std::optional<std::string>& source) override;
  Result<program::Checked> check(const std::string& path, const std::string& text) override;
  DefaultModel default_model() const override;
  awaitable<void> stop(std::chrono::milliseconds grace) override;

 private:
  struct Entry {
    std::shared_ptr<journal::RunLog> log;
    std::shared_ptr<Run> run;   // Null once the run has ended.
    journal::RunRecord record;  // Of an ended run.
    CancelTimes cancel_times;
  };

  // A program, read and checked, with its configuration.
  struct Loaded {
    program::Source source;
    Config config;
    program::Checked checked;
  };
  // Of the program and the modules that it requires at its top level.
  static std::string source_hash(const Loaded& loaded);
  Result<Loaded> load(const std::string& path, std::optional<std::string> text);
  Result<RunParts> prepare(StartRequest request);
  Result<RunParts> prepare_resumed(
      journal::RunRecord record, bool allow_changed_source,
      const std::optional<llm::CassetteOptions>& cassettes = std::nullopt);
  RunParts parts_of(Loaded loaded, RunOverrides overrides, journal::RunRecord record,
                    std::shared_ptr<journal::RunLog> log,
                    std::unique_ptr<llm::CassetteClient> cassettes);
  // Null when none are wanted.
  Result<std::unique_ptr<llm::CassetteClient>> cassettes_of(
      const std::optional<llm::CassetteOptions>& options, const Config& config, bool goes_on);
  Result<std::optional<journal::Answer>> earlier_answer(const std::string& run_id,
                                                        const std::string& request_id);
  awaitable<Result<Answered>> give_answer(AnswerRequest request, Json value);
  // Completes when a run whose last event may have been seen is wholly over.
  awaitable<void> settle_ending(const std::string& run_id);
  std::optional<Started> live(const std::string& run_id);
  // False when a run of that id is live already; it is then left alone.
  bool launch(RunParts parts);
  using Strand = boost::asio::strand<boost::asio::any_io_executor>;
  void execute(const Strand& strand, const std::shared_ptr<Run>& run);
  void ended(const std::string& run_id);
  std::optional<Started> existing(const std::string& run_id);
  Result<CancelTimes> cancel_waiting(journal::RunRecord record);
  bool any_running();
  std::shared_ptr<Run> live_run(const std::string& run_id);  // Null if it is not.
  std::shared_ptr<AnswerWatch> watch_answers();              // Null without a store.
  std::shared_ptr<StoreWatch> watch_store();                 // Likewise.

  boost::asio::any_io_executor executor_;
  RunServiceOptions options_;
  Environment environment_;
  std::unique_ptr<net::HttpClient> http_;
  ProviderRegistry providers_;
  const std::shared_ptr<RunActivity> activity_ = std::make_shared<RunActivity>();
  std::mutex mutex_;  // Guards what follows.
  std::map<std::string, Entry> runs_;
  std::list<std::string> ended_;  // Oldest first.
  bool stopping_ = false;
  std::shared_ptr<AnswerWatch> answer_watch_;  // Null without a store.
  std::shared_ptr<StoreWatch> store_watch_;    // Likewise.
};

// Run-level switches as they stand in a run's record.
JsonObject overrides_record(const RunOverrides& overrides);
RunOverrides overrides_from_record(const JsonObject& record);

}  // namespace tactus::runtime
