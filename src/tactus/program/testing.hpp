// Shortcuts for the tests of this module.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/program/program.hpp>

namespace tactus::program {

enum class DefaultProvider : std::uint8_t { kNone, kConfigured };

inline Checked check_text(std::string text,
                          DefaultProvider provider = DefaultProvider::kConfigured) {
  auto checked = check({"dir/file.tac", std::move(text)}, provider == DefaultProvider::kConfigured);
  EXPECT_TRUE(checked.has_value());
  return checked ? std::move(*checked) : Checked{};
}

// "3:5 TAC-VALIDATION message | hint".
inline std::string to_text(const Finding& finding) {
  return fmt::format("{}:{} {} {} | {}", finding.line, finding.column,
                     error_code_name(finding.code), finding.message, finding.hint);
}

inline std::vector<std::string> to_texts(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) all.push_back(to_text(finding));
  return all;
}

inline void expect_no_errors(const Program& program) {
  EXPECT_THAT(to_texts(program.errors), testing::IsEmpty());
}

// A main that does nothing, for files whose other declarations matter.
inline const std::string kMain = "\nmain = procedure(\"main\", {}, function() end)\n";

}  // namespace tactus::program
