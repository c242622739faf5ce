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

// What an agent asks as things stand: what it says itself, its file, the configuration, and before
// all of them the run's switches.
Result<ResolvedModel> model_of(Run& run, const Agent& agent);

class Turn {
 public:
  // `agent` as the task knows it; `open` is the turn's entry, in whose scope its requests and tool
  // calls are recorded.
  Turn(OpenEntry& open, Agent& agent, TurnOptions& options);

  // Fails with the codes of language.md 17; the history is then as it was before. A turn that was
  // cancelled by its callback succeeds with `interrupted`; one cancelled with the run fails with
  // kCancelled.
  boost::asio::awaitable<Result<TurnResult>> run();
  // What its callbacks were told, when a replay shall tell it again.
  const JsonArray& told() const { return told_to_callbacks_; }

 private:
  // How one request of the turn ended.
  struct Answer {
    Response response;
    llm::FinishReason finish_reason = llm::FinishReason::kStop;
    bool cancelled = false;
    Json partial;  // Of a cancelled structured reply.
    // Why a structured reply was given up before its end.
    std::optional<schema::Violation> rejection;
  };

  boost::asio::awaitable<Result<void>> find_tools();
  void warn_of_tools();
  // What the answer was when an earlier generation got it, as the rest of the turn needs it.
  JsonObject answer_record(const Answer& answer) const;
  JsonObject usage_record() const;
  void take_usage(const Json& usage);
  Answer recorded_answer(const Json& record);
  void tell_again(Response& response);

  Result<void> begin();
  Result<void> check_limits() const;
  Result<void> resolve();
  // The agent's own model (0) or one of its fallbacks, from 1. Nothing changes on failure.
  Result<void> take_model(std::size_t index);
  bool take_next_model();
  bool was_left() const;
  void take_up();  // A turn that an earlier generation began.
  void announce();
  boost::asio::awaitable<Result<void>> prepare();
  boost::asio::awaitable<Result<void>> make_system_prompt();
  boost::asio::awaitable<Result<void>> run_prepare();
  Result<std::string> user_message();
  boost::asio::awaitable<Result<void>> loop();
  boost::asio::awaitable<Result<Answer>> request();
  boost::asio::awaitable<Result<Answer>> live_request();
  Answer take_answer(const llm::AttemptResult& result, ResponseStream& stream);
  boost::asio::awaitable<llm::AttemptResult> attempt(const llm::Provider& provider,
                                                     const llm::ModelRequest& request,
                                                     ResponseStream& stream);
  boost::asio::awaitable<llm::AttemptResult> send(const llm::Provider& provider,
                                                  const llm::ModelRequest& request,
                                                  ResponseStream& stream);
  Result<llm::ModelRequest> build_request();
  void warn_of_dropped(const llm::ModelRequest& request);
  Result<std::vector<llm::Message>> messages_to_send();
  Result<Messages> call_filter(const vm::Ref& function, const Messages& messages);
  // Messages that wait for a turn become part of this one; one that fails gives them back.
  void take_pending();
  void return_pending();
  llm::Settings settings() const;
  ResponseStream::Options stream_options();
  // Hands a piece to the program's callback for it; false ends the request.
  bool call_back(const ResponsePiece& piece);
  JsonObject chunk_of(const ResponsePiece& piece) const;
  bool call_on_chunk(const ResponsePiece& piece);
  bool call_on_partial(const ResponsePiece& piece);
  bool call_on_tool(const JsonObject& event);
  bool run_callback(const vm::Ref& function, const vm::Pusher& arguments, bool may_stop);
  bool has_callbacks() const;
  // Keeps what a callback is about to be told.
  void note_told(JsonObject piece);
  bool callback_ended() const { return callback_stopped_ || callback_error_; }
  // Nothing more of the answer that is arriving is wanted.
  bool has_enough(const ResponseStream& stream) const {
    return callback_ended() || stream.rejection() || budget_error_;
  }
  // Counts what has arrived, and sees whether it may go on.
  class Meter;
  Error budget_error(const ResponseStream& stream) const;
  void report_usage(const ResponseStream& stream);
  // What has been received under these ids is history; a new attempt begins.
  void supersede(std::string_view reason, const Error& error, std::vector<std::string> message_ids,
                 std::vector<std::string> tool_call_ids);
  void supersede_cut_off();
  void account(const llm::AttemptResult& result, const ResponseStream& stream,
               const llm::ModelRequest& request);
  std::chrono::milliseconds delay_before(int retry, const llm::ProviderFailure& failure) const;
  Error stream_error(const llm::AttemptResult& result, const ResponseStream& stream) const;

  boost::asio::awaitable<Result<bool>> run_tools(
      const Response& response);  // True when `done` was among them.
  struct Call;
  Call checked_call(const llm::ToolCall& asked);
  boost::asio::awaitable<void> run_calls(std::vector<Call>& calls);
  boost::asio::awaitable<void> run_call(Call& call);
  void finish_call(Call& call);
  Result<bool> collect(std::vector<Call>& calls);
  void append_tool_result(const llm::ToolCall& call, const TurnToolCall& done_call);
  void discard_calls(const Response& response);
  void close_calls(std::span<const llm::ToolCall> calls, std::string_view why);

  // Checks a structured reply; nothing = accepted. Otherwise what to tell the model.
  Result<std::optional<std::string>> check_output(
      const std::string& text, const std::optional<schema::Violation>& rejection = std::nullopt);
  std::vector<schema::Violation> read_output(const std::string& text, Json& value) const;
  void accept_output(Json value);
  bool structured() const { return output_schema_ != nullptr; }

  // Whose requests these are.
  Agent& asked_agent() { return options_.apart ? options_.apart->agent : agent_; }
  void note_requests();

  void append_message(llm::Message message);
  void start_attempt(int attempt);
  void append_turn_end(std::string_view stage, const Error* error);
  void append_cost(std::string_view finish_reason);
  TurnResult conclude();
  // Events of the turn: not told again when an earlier generation has.
  void append(journal::EventType type, JsonObject body);
  void append_tool_event(const llm::ToolCall& call, std::string_view stage, JsonObject body);

  Run& run_;
  OpenEntry& open_;
  RunTask& task_;
  Agent& agent_;
  TurnOptions& options_;
  const TurnTrace* trace_ = nullptr;  // What the log says of it already.
  bool told_ = false;                 // The log has all of it.
  std::string turn_id_;
  ResolvedModel model_;
  std::size_t model_index_ = 0;  // In the agent's list: its own model, then its fallbacks.
  std::shared_ptr<const llm::Provider> provider_;
  program::StreamSetting stream_;
  ToolSet tools_;
  const schema::Schema* output_schema_ = nullptr;
  std::shared_ptr<const partial::Rules> output_rules_;  // Of the same, while a reply arrives.
  JsonObject prepared_;
  std::string system_prompt_;
  Messages new_messages_;
  std::size_t pending_taken_ = 0;  // The first of them were waiting for a turn.
  journal::TurnScopePtr scope_;
  llm::StopToken* stop_ = nullptr;  // Of the attempt under way.
  std::optional<Error> callback_error_, budget_error_;
  bool callback_stopped_ = false;
  int chunk_index_ = 0, attempt_ = 0, message_count_ = 0, output_attempts_ = 0,
      failed_tool_responses_ = 0;
  SteadyTime started_{}, first_request_{}, last_usage_report_{};
  std::optional<SteadyTime> first_delta_;
  std::vector<float> gaps_ms_;
  JsonArray told_to_callbacks_;
  std::size_t told_recorded_ = 0;  // How much of it is in the entries of requests.
  std::string request_id_, served_model_;
  JsonObject cancel_details_;
  bool sent_request_ = false;
  bool taken_up_ = false;  // The log knows that this generation goes on with the turn.
  // Ids of the answers that the turn has kept, of all its requests.
  std::vector<std::string> kept_message_ids_, kept_call_ids_;
  TurnResult result_;
};

}  // namespace tactus::runtime
