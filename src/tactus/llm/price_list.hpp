// The shipped prices as a list, for people. Values. Uses: base, prices.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/prices.hpp>

namespace tactus::llm {

struct ListedPrice {
  std::string provider;
  // Ids that have this price. One that ends in "*" stands for all that begin so, one that begins
  // and ends in it for all that hold it.
  std::vector<std::string> models;
  Price price;                           // Of today.
  std::int64_t above_prompt_tokens = 0;  // > 0: only for longer prompts.
};

// By provider, in the order of the table; prices of longer prompts follow those of usual ones.
std::vector<ListedPrice> shipped_prices();

}  // namespace tactus::llm
