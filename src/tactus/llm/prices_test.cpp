#include <gtest/gtest.h>

#include <tactus/base/clock.hpp>
#include <tactus/llm/prices.hpp>

namespace tactus::llm {
namespace {

std::optional<double> input_price(std::string_view provider, std::string_view model,
                                  std::int64_t prompt_tokens = 1000) {
  const auto price = PriceTable::shipped().find(provider, model, prompt_tokens);
  return price ? std::optional(price->input) : std::nullopt;
}

TEST(PriceTable, KnowsListedModels) {
  EXPECT_EQ(PriceTable::shipped().find("openai", "gpt-4o", 0),
            (Price{2.5, 10, 1.25, std::nullopt}));
  EXPECT_EQ(PriceTable::shipped().find("openai", "gpt-5", 0),
            (Price{1.25, 10, 0.125, std::nullopt}));
  EXPECT_EQ(PriceTable::shipped().find("anthropic", "claude-haiku-4-5", 0),
            (Price{1, 5, 0.1, 1.25}));
  EXPECT_EQ(PriceTable::shipped_as_of().size(), 10u);
}

TEST(PriceTable, IgnoresDatesRegionsAndCase) {
  EXPECT_EQ(input_price("openai", "gpt-4o-mini-2024-07-18"), 0.15);
  EXPECT_EQ(input_price("openai", "GPT-4o-mini-20991231"), 0.15);
  EXPECT_EQ(input_price("anthropic", "claude-haiku-4-5@20251001"), 1);
  EXPECT_EQ(input_price("bedrock", "us.anthropic.claude-opus-4-20250514-v1:0"), 15);
  EXPECT_EQ(input_price("bedrock", "sa.anthropic.claude-opus-4-20250514-v1:0"), 15);
}

TEST(PriceTable, KnowsModelsByTheirCollections) {
  const auto price = input_price("bedrock", "anthropic.claude-opus-4-20250514-v1:0");
  EXPECT_EQ(price, 15);
  EXPECT_EQ(input_price("bedrock",
                        "arn:aws:bedrock:eu-west-1:123:inference-profile/"
                        "eu.anthropic.claude-opus-4-20250514-v1:0"),
            price);
  EXPECT_EQ(input_price("bedrock-anthropic", "anthropic.claude-opus-4-20250514-v1:0"), price);
  EXPECT_EQ(input_price("bedrock", "apac.amazon.nova-pro-v1:0"), 0.8);
  EXPECT_EQ(input_price("bedrock", "arn:aws:bedrock:eu-west-1:123:inference-profile/mine"),
            std::nullopt);
  EXPECT_EQ(input_price("google", "models/gemini-2.5-flash"), 0.3);
  EXPECT_EQ(input_price("google-vertex", "gemini-2.5-flash"), 0.3);
  EXPECT_EQ(input_price("ollama", "qwen3:4b"), std::nullopt);
}

TEST(PriceTable, TakesTheLongestKnownPrefix) {
  EXPECT_EQ(input_price("openai", "gpt-4o-mini-somewhere"), 0.15);
  EXPECT_EQ(input_price("openai", "gpt-4o:tuned"), 2.5);
  EXPECT_EQ(input_price("openai", "gpt-4o.9"), std::nullopt);
}

TEST(PriceTable, KnowsProvidersByTheirOtherNames) {
  const auto price = input_price("gemini", "gemini-2.5-flash");
  EXPECT_EQ(price, 0.3);
  EXPECT_EQ(input_price("google", "gemini-2.5-flash"), price);
  EXPECT_EQ(input_price("google-gla", "gemini-2.5-flash"), price);
  EXPECT_EQ(input_price("openrouter", "openai/gpt-4o"), 2.5);
}

TEST(PriceTable, LongPromptsHaveTheirOwnTier) {
  EXPECT_EQ(input_price("gemini", "gemini-2.5-pro", 200'000), 1.25);
  EXPECT_EQ(input_price("gemini", "gemini-2.5-pro", 200'001), 2.5);
}

TEST(PriceTable, AnnouncedChangesAreInForceFromTheirDate) {
  const auto price = PriceTable::shipped().find("anthropic", "claude-sonnet-5", 0);
  ASSERT_TRUE(price);
  const bool changed = format_time(system_clock().wall()).substr(0, 10) >= "2026-09-01";
  EXPECT_EQ(price->input, changed ? 3 : 2);
}

TEST(PriceTable, WhatIsUnknownStaysUnknown) {
  EXPECT_EQ(input_price("openai", "nobody-knows"), std::nullopt);
  EXPECT_EQ(input_price("openai", ""), std::nullopt);
  EXPECT_EQ(input_price("demo", "demo"), std::nullopt);
  EXPECT_EQ(input_price("my-proxy", "gpt-4o"), std::nullopt);
  EXPECT_EQ(input_price("openrouter", "gpt-4o"), std::nullopt);
}

TEST(Cost, ChargesEachClassAtItsPrice) {
  Usage usage;
  usage.prompt_tokens = 1'000'000;
  usage.cached_tokens = 400'000;
  usage.cache_write_tokens = 100'000;
  usage.completion_tokens = 2'000'000;
  const Cost all = cost_of({2, 10, 0.5, 3}, usage);
  EXPECT_DOUBLE_EQ(all.prompt, 0.5 * 2 + 0.4 * 0.5 + 0.1 * 3);
  EXPECT_DOUBLE_EQ(all.completion, 20);
  EXPECT_DOUBLE_EQ(all.total, all.prompt + all.completion);
  EXPECT_DOUBLE_EQ(cost_of({2, 10, std::nullopt, std::nullopt}, usage).prompt, 2);
  usage.cached_tokens = 5'000'000;
  EXPECT_DOUBLE_EQ(cost_of({2, 10, 0.5, 3}, usage).prompt, 5 * 0.5 + 0.1 * 3);
}

TEST(EstimateTokens, CountsFourCharactersAsOne) {
  EXPECT_EQ(estimate_tokens(""), 0);
  EXPECT_EQ(estimate_tokens("a"), 1);
  EXPECT_EQ(estimate_tokens("öäüß"), 1);
  EXPECT_EQ(estimate_tokens("öäüßx"), 2);
}

}  // namespace
}  // namespace tactus::llm
