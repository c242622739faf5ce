#include <algorithm>

#include <tactus/llm/providers/openai_usage.hpp>

namespace tactus::llm {
namespace {

std::int64_t count(const Json& object, std::string_view key) {
  return std::max<std::int64_t>(0, int_member(object, key, 0));
}

// `details.key` of the usage, else the first of the older names that is there.
std::int64_t part(const Json& usage, std::string_view details, std::string_view key,
                  std::initializer_list<std::string_view> older) {
  const Json* object = find_member(usage, details);
  if (object && find_member(*object, key)) return count(*object, key);
  for (const std::string_view name : older) {
    if (find_member(usage, name)) return count(usage, name);
  }
  return 0;
}

std::optional<double> cost_in(const Json& usage) {
  const Json* cost = find_member(usage, "cost");
  if (cost && cost->is_number()) return double_member(usage, "cost");
  if (cost && find_member(*cost, "total_cost")) return double_member(*cost, "total_cost");
  const Json* ticks = find_member(usage, "cost_in_usd_ticks");
  if (ticks && ticks->is_number()) return double_member(usage, "cost_in_usd_ticks") * 1e-10;
  return std::nullopt;
}

void read_total(const Json& usage, Usage& tokens) {
  const std::int64_t sum = tokens.prompt_tokens + tokens.completion_tokens;
  tokens.total_tokens = find_member(usage, "total_tokens") ? count(usage, "total_tokens") : sum;
  // xAI leaves reasoning out of the completion; everybody else's is part of it.
  if (tokens.reasoning_tokens > 0 && tokens.total_tokens == sum + tokens.reasoning_tokens) {
    tokens.completion_tokens += tokens.reasoning_tokens;
  }
}

}  // namespace

std::optional<UsageReport> read_openai_usage(const Json& usage) {
  if (!find_member(usage, "prompt_tokens") && !find_member(usage, "completion_tokens")) {
    return std::nullopt;
  }
  UsageReport report;
  Usage& tokens = report.usage;
  tokens.prompt_tokens = count(usage, "prompt_tokens");
  tokens.completion_tokens = count(usage, "completion_tokens");
  tokens.cached_tokens = part(usage, "prompt_tokens_details", "cached_tokens",
                              {"prompt_cache_hit_tokens", "cache_read_input_tokens"});
  tokens.cache_write_tokens =
      part(usage, "prompt_tokens_details", "cache_write_tokens", {"cache_creation_input_tokens"});
  tokens.reasoning_tokens =
      part(usage, "completion_tokens_details", "reasoning_tokens", {"reasoning_tokens"});
  read_total(usage, tokens);
  report.cost = cost_in(usage);
  return report;
}

std::optional<UsageReport> read_responses_usage(const Json& usage) {
  if (!find_member(usage, "input_tokens") && !find_member(usage, "output_tokens")) {
    return std::nullopt;
  }
  UsageReport report;
  Usage& tokens = report.usage;
  tokens.prompt_tokens = count(usage, "input_tokens");
  tokens.completion_tokens = count(usage, "output_tokens");
  tokens.cached_tokens = part(usage, "input_tokens_details", "cached_tokens", {});
  tokens.cache_write_tokens = part(usage, "input_tokens_details", "cache_write_tokens", {});
  tokens.reasoning_tokens = part(usage, "output_tokens_details", "reasoning_tokens", {});
  read_total(usage, tokens);
  report.cost = cost_in(usage);
  return report;
}

}  // namespace tactus::llm
