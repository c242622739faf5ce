#include <tactus/base/json.hpp>
#include <tactus/runtime/budget.hpp>

namespace tactus::runtime {
namespace {

std::string dollars(double amount) {
  const int decimals = amount != 0 && amount < 0.01 ? 6 : 2;
  return fmt::format("${:.{}f}", amount, decimals);
}

std::string tokens(std::int64_t count) {
  return fmt::format("{} token{}", count, count == 1 ? "" : "s");
}

void add(Budgets::Amount& total, const Budgets::Amount& amount, int sign = 1) {
  total.tokens += sign * amount.tokens;
  total.cost_usd += sign * amount.cost_usd;
}

// The limits of the run, or of an agent.
struct Check {
  const program::AgentDeclaration* agent;  // Null: of the run.
  bool only_passed;                        // Being at the limit is not enough.

  std::optional<Error> operator()(std::optional<std::int64_t> limit, std::int64_t spent) const {
    if (!limit || spent < *limit || (only_passed && spent == *limit)) return std::nullopt;
    return error(
        tokens(*limit), tokens(spent), tokens(spent - *limit),
        {{"limit", *limit}, {"spent", spent}, {"over", spent - *limit}, {"unit", "tokens"}});
  }

  std::optional<Error> operator()(std::optional<double> limit, double spent) const {
    // What was added and taken off again may leave a trace of its last digits.
    constexpr double kNothing = 1e-12;
    if (!limit || spent < *limit || (only_passed && spent <= *limit + kNothing))
      return std::nullopt;
    return error(dollars(*limit), dollars(spent), dollars(spent - *limit),
                 {{"limit", *limit}, {"spent", spent}, {"over", spent - *limit}, {"unit", "usd"}});
  }

 private:
  Error error(const std::string& limit, const std::string& spent, const std::string& over,
              JsonObject details) const {
    Error error;
    error.code = ErrorCode::kBudget;
    const std::string who = agent ? fmt::format("agent '{}'", agent->name) : "the run";
    error.message = fmt::format("{} has spent {} of the {} that it may", who, spent, limit);
    if (only_passed) error.message += fmt::format(", {} too much; the answer was stopped", over);
    error.hint = agent ? "raise `budget` of the agent, or ask it for less"
                       : "raise limits.max_tokens or limits.max_cost_usd in the configuration, or "
                         "let the program ask for less";
    error.details = dump_json(Json(std::move(details)));
    return error;
  }
};

}  // namespace

bool Budgets::count(const program::AgentDeclaration& agent, const std::string& model,
                    const Spent& spent) {
  count_again(agent.name, spent);
  return !spent.total_cost && in_dollars(agent) && unpriced_.insert(model).second;
}

void Budgets::count_again(const std::string& agent, const Spent& spent) {
  const Amount amount{spent.usage.total_tokens, spent.total_cost.value_or(0)};
  add(run_, amount);
  add(agents_[agent], amount);
}

bool Budgets::limits(const program::AgentDeclaration& agent) const {
  return config_.max_tokens || agent.budget.tokens || in_dollars(agent);
}

std::optional<Error> Budgets::reached(const program::AgentDeclaration& agent) const {
  return over(agent, When::kReached);
}

std::optional<Error> Budgets::passed(const program::AgentDeclaration& agent) const {
  return over(agent, When::kPassed);
}

std::optional<Error> Budgets::over(const program::AgentDeclaration& agent, When when) const {
  const bool only_passed = when == When::kPassed;
  const Check of_run{nullptr, only_passed};
  if (auto error = of_run(config_.max_tokens, run_.tokens)) return error;
  if (auto error = of_run(config_.max_cost_usd, run_.cost_usd)) return error;
  const auto own = agents_.find(agent.name);
  if (own == agents_.end()) return std::nullopt;
  const Check of_agent{&agent, only_passed};
  if (auto error = of_agent(agent.budget.tokens, own->second.tokens)) return error;
  return of_agent(agent.budget.cost_usd, own->second.cost_usd);
}

bool Budgets::in_dollars(const program::AgentDeclaration& agent) const {
  return config_.max_cost_usd || agent.budget.cost_usd;
}

Budgets::Arriving::Arriving(Budgets& budgets, const program::AgentDeclaration& agent)
    : run_(budgets.run_), agent_(budgets.agents_[agent.name]) {}

Budgets::Arriving::~Arriving() { set({}); }

void Budgets::Arriving::set(Amount so_far) {
  for (Amount* total : {&run_, &agent_}) {
    add(*total, noted_, -1);
    add(*total, so_far);
  }
  noted_ = so_far;
}

}  // namespace tactus::runtime
