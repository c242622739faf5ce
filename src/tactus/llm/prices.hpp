// What a request costs: list prices and the arithmetic. Values. Uses: base, llm/model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// USD per million tokens. What is absent is charged as input.
struct Price {
  double input = 0;
  double output = 0;
  std::optional<double> cached;
  std::optional<double> cache_write;
  friend bool operator==(const Price&, const Price&) = default;
};

// USD.
struct Cost {
  double prompt = 0;
  double completion = 0;
  double total = 0;
};

// List prices of known models. Immutable; safe on any thread.
class PriceTable {
 public:
  // The shipped table (dated; see docs/providers.md). Prices that were announced to change are
  // those of today.
  static const PriceTable& shipped();
  // Date of the shipped figures, "YYYY-MM-DD".
  static std::string_view shipped_as_of();

  // Exact id, else longest known prefix, else longest known part, ignoring date suffixes and region
  // prefixes; nothing when unknown. `prompt_tokens` decides between tiers of long prompts. An
  // OpenRouter id ("vendor/model") is looked up at its vendor.
  std::optional<Price> find(std::string_view provider, std::string_view model,
                            std::int64_t prompt_tokens) const;

 private:
  PriceTable() = default;
};

Cost cost_of(const Price& price, const Usage& usage);

// Estimate for text whose usage was not reported: 4 characters = 1 token, at least 1 for non-empty
// text.
std::int64_t estimate_tokens(std::string_view text);
std::int64_t estimate_tokens(std::size_t characters);  // The same, of a text of that length.

}  // namespace tactus::llm
