// What a run may spend: limits.max_cost_usd and limits.max_tokens of the configuration. Every
// attempt counts when it ends, so the request after the limit is the first that is not made.
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

Error over(const std::string& limit, const std::string& spent, const char* key) {
  Error error;
  error.code = ErrorCode::kBudget;
  error.message = fmt::format("the run has spent {} of the {} that it may", spent, limit);
  error.hint = fmt::format("raise {} in the configuration, or let the program ask for less", key);
  return error;
}

std::string dollars(double amount) {
  const int decimals = amount != 0 && amount < 0.01 ? 6 : 2;
  return fmt::format("${:.{}f}", amount, decimals);
}

}  // namespace

std::optional<Error> Run::over_budget() const {
  const Config& config = parts_.config;
  const std::int64_t tokens = spending_.budgeted.usage.total_tokens;
  if (config.max_tokens && tokens >= *config.max_tokens) {
    return over(fmt::format("{} tokens", *config.max_tokens), fmt::format("{} tokens", tokens),
                "limits.max_tokens");
  }
  if (config.max_cost_usd && *spending_.budgeted.total_cost >= *config.max_cost_usd) {
    return over(dollars(*config.max_cost_usd), dollars(*spending_.budgeted.total_cost),
                "limits.max_cost_usd");
  }
  return std::nullopt;
}

void Run::count_for_budget(RunTask* task, const Spent& spent, const std::string& model) {
  spending_.budgeted.usage.total_tokens += spent.usage.total_tokens;
  if (spent.total_cost) {
    *spending_.budgeted.total_cost += *spent.total_cost;
  } else if (parts_.config.max_cost_usd && spending_.unpriced.insert(model).second) {
    warn(task, ErrorCode::kBudget,
         fmt::format("limits.max_cost_usd cannot count the model '{0}', whose price is not known; "
                     "set prices.{0} in the configuration",
                     model));
  }
}

}  // namespace tactus::runtime
