// Asks the person at the terminal what a run asks humans, one request at a time. Uses: runtime.
#pragma once

#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <tactus/cli/human_prompt.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::cli {

// How a prompt ended: answered here; no longer asked (answered elsewhere, out of time, the run is
// over); left open by the person (Ctrl-D) or on request.
enum class Asked { kAnswered, kGone, kLeft };

// On the strand of the command. The terminal edits the line; nothing else may write meanwhile.
class HumanDesk {
 public:
  // All must outlive it; `log` is that of the run.
  HumanDesk(Session& session, const journal::RunLog& log, boost::asio::any_io_executor executor);

  // The first open request that was not answered here; null when there is none.
  const Json* next(const journal::RunRecord& record) const;
  // Shows a prompt until it has ended; ends as kLeft as soon as `leave` is true.
  boost::asio::awaitable<Asked> ask(const std::string& run_id, Json request, const bool& leave);

 private:
  enum class Typed { kNothing, kLine, kEnd };
  // What has been typed since the last look, at most one line; never waits.
  Typed read_line(std::string& line);
  bool is_cancelled(const std::string& run_id);
  bool is_open(const std::string& run_id, const std::string& request_id);
  boost::asio::awaitable<std::optional<Asked>> answer(const std::string& run_id,
                                                      const std::string& request_id, Json value,
                                                      HumanPrompt& prompt);

  Session& session_;
  const journal::RunLog& log_;
  boost::asio::steady_timer timer_;
  std::set<std::string> answered_;
  std::string typed_;  // What was read of lines that are not taken yet.
};

}  // namespace tactus::cli
