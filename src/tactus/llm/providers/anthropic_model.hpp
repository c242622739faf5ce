// What a Claude model takes, by its name. Private to the providers.
#pragma once

#include <string_view>

namespace tactus::llm {

struct AnthropicModel {
  // 35 of "claude-3-5-haiku-20241022", 40 of "claude-sonnet-4-20250514", 45 of
  // "us.anthropic.claude-haiku-4.5"; 0 when the name has no version.
  int version = 0;

  bool thinks() const { return version == 0 || version >= 37; }
  // Thinks as it sees fit, with an effort instead of a budget; from 4.7 on in no other way.
  bool adapts() const { return version >= 46; }
  bool takes_budget() const { return thinks() && version < 47; }
  bool thinks_unasked() const { return version >= 50; }
  bool takes_sampling() const { return version < 47; }
  bool takes_temperature_with_top_p() const { return version < 41; }
  bool takes_output_schema() const { return version >= 45; }
  // What it may say at most, or less where that is a lot: a request must name a limit.
  int usual_max_tokens() const {
    if (version != 0 && version < 35) return 4096;
    return version != 0 && version < 37 ? 8192 : 32'000;
  }
};

AnthropicModel anthropic_model(std::string_view name);

}  // namespace tactus::llm
