// One turn of an agent: requests, tool calls, structured output, until the model is done
// (language.md 4.3, 6.4, 7, 8.6). Every step is in the log as it happens. Lives for one `run`, on
// the run's strand.
#pragma once

#include <map>
#include <span>
#include <string>

#include <tactus/runtime/response_stream.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {

class Turn {
 public:
  Turn(Run& run, Agent& agent, TurnOptions options);

  // Fails with the codes of language.md 17; the history is then as it was before. A turn that was
  // cancelled by its callback succeeds with `interrupted`; one cancelled with the run fails with
  // kCancelled.
  boost::asio::awaitable<Result<std::shared_ptr<const TurnResult>>> run();

 private:
  // How one request of the turn ended.
  struct Answer {
    Response response;
    llm::FinishReason finish_reason = llm::FinishReason::kStop;
    bool cancelled = false;
  };

  boost::asio::awaitable<Result<void>> find_natives();
  Result<void> begin();
  boost::asio::awaitable<Result<void>> prepare();
  std::string user_message();
  boost::asio::awaitable<Result<void>> loop();
  boost::asio::awaitable<Result<Answer>> request();
  Answer take_answer(const llm::AttemptResult& result, ResponseStream& stream);
  boost::asio::awaitable<llm::AttemptResult> attempt(const llm::Provider& provider,
                                                     const llm::ModelRequest& request,
                                                     ResponseStream& stream);
  boost::asio::awaitable<llm::AttemptResult> send(const llm::Provider& provider,
                                                  const llm::ModelRequest& request,
                                                  ResponseStream& stream);
  llm::ModelRequest build_request() const;
  llm::Settings settings() const;
  ResponseStream::Options stream_options();
  bool call_back(const ResponsePiece& piece);
  bool callback_ended() const { return callback_stopped_ || callback_error_; }
  void report_usage(const ResponseStream& stream);
  // What has been received under these ids is history; a new attempt begins.
  void supersede(std::string_view reason, const Error& error, std::vector<std::string> message_ids,
                 std::vector<std::string> tool_call_ids);
  void account(const llm::AttemptResult& result, const ResponseStream& stream,
               const llm::ModelRequest& request);
  Error stream_error(const llm::AttemptResult& result, const ResponseStream& stream) const;

  boost::asio::awaitable<Result<bool>> run_tools(
      const Response& response);  // True when `done` was among them.
  boost::asio::awaitable<void> run_call(const llm::ToolCall& call, TurnToolCall& finished,
                                        Result<Json>& outcome);
  void append_tool_result(const llm::ToolCall& call, const TurnToolCall& done_call);
  void discard_calls(const Response& response);
  void close_calls(std::span<const llm::ToolCall> calls, std::string_view why);

  // Checks a structured reply; nothing = accepted. Otherwise what to tell the model.
  Result<std::optional<std::string>> check_output(const std::string& text);
  bool structured() const { return output_schema_ != nullptr; }

  void append_message(llm::Message message);
  void start_attempt(int attempt);
  void append_turn_end(std::string_view stage, const Error* error);
  void append_cost(std::string_view finish_reason);
  std::shared_ptr<const TurnResult> conclude();

  Run& run_;
  Agent& agent_;
  TurnOptions options_;
  std::string turn_id_;
  ResolvedModel model_;
  std::shared_ptr<const llm::Provider> provider_;
  program::StreamSetting stream_;
  NativeTools natives_;
  ToolSet tools_;
  const schema::Schema* output_schema_ = nullptr;
  JsonObject prepared_;
  std::string system_prompt_;
  std::vector<HistoryMessage> new_messages_;
  journal::TurnScopePtr scope_;
  llm::StopToken* stop_ = nullptr;  // Of the attempt under way.
  std::optional<Error> callback_error_;
  bool callback_stopped_ = false;
  int chunk_index_ = 0, attempt_ = 0, message_count_ = 0, output_attempts_ = 0,
      failed_tool_responses_ = 0;
  SteadyTime started_{}, first_request_{}, last_usage_report_{};
  std::optional<SteadyTime> first_delta_;
  std::vector<float> gaps_ms_;
  std::string request_id_, served_model_;
  JsonObject cancel_details_;
  JsonObject failure_;  // More about what the turn fails with.
  bool sent_request_ = false;
  TurnResult result_;
};

}  // namespace tactus::runtime
