// The shipped price table as text; price_data.cpp says how to read it. Private to the module.
#pragma once

#include <string_view>

namespace tactus::llm {

inline constexpr std::string_view kPriceDataAsOf = "2026-08-21";
extern const std::string_view kPriceData;

}  // namespace tactus::llm
