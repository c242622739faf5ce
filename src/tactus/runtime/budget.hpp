// What a run and its agents may spend, and what they have spent: limits.max_cost_usd and
// limits.max_tokens of the configuration, and `budget` of an agent. Lives with the run, on its
// strand.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include <tactus/base/error.hpp>
#include <tactus/program/program.hpp>
#include <tactus/runtime/agent.hpp>
#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

class Budgets {
 public:
  // Tokens and dollars; an unknown price adds nothing.
  struct Amount {
    std::int64_t tokens = 0;
    double cost_usd = 0;
  };

  // `config` must outlive this.
  explicit Budgets(const Config& config) : config_(config) {}

  // An attempt has ended and used this. True when `model` has no known price though a limit in
  // dollars should count it: once for each model.
  bool count(const program::AgentDeclaration& agent, const std::string& model, const Spent& spent);
  // The same of an earlier generation.
  void count_again(const std::string& agent, const Spent& spent);

  // Whether anything limits the agent's requests.
  bool limits(const program::AgentDeclaration& agent) const;
  // kBudget once a limit is reached: no further request may be made.
  std::optional<Error> reached(const program::AgentDeclaration& agent) const;
  // kBudget once a limit is passed, with what by; `details` carries limit, spent and over.
  std::optional<Error> passed(const program::AgentDeclaration& agent) const;

  // What the answer that is arriving has used so far, as estimated. It counts for all requests of
  // the run until this object ends, when `count` is due.
  class Arriving {
   public:
    // All must outlive this.
    Arriving(Budgets& budgets, const program::AgentDeclaration& agent);
    ~Arriving();
    Arriving(const Arriving&) = delete;
    Arriving& operator=(const Arriving&) = delete;
    void set(Amount so_far);

   private:
    Amount &run_, &agent_;
    Amount noted_;
  };

 private:
  enum class When : std::uint8_t { kReached, kPassed };
  std::optional<Error> over(const program::AgentDeclaration& agent, When when) const;
  bool in_dollars(const program::AgentDeclaration& agent) const;

  const Config& config_;
  Amount run_;
  std::map<std::string, Amount> agents_;
  std::set<std::string> unpriced_;  // Models whose price is not known.
};

}  // namespace tactus::runtime
