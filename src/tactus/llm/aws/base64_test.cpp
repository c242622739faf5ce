#include <gtest/gtest.h>

#include <tactus/llm/aws/base64.hpp>

namespace tactus::llm::aws {
namespace {

TEST(Base64, IsReadWithItsPadding) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("YQ=="), "a");
  EXPECT_EQ(from_base64("YWI="), "ab");
  EXPECT_EQ(from_base64("YWJj"), "abc");
  EXPECT_EQ(from_base64("AP/+"), std::string("\0\xFF\xFE", 3));
}

TEST(Base64, WhatIsNoneIsRefused) {
  for (const char* text : {"Y", "YQ", "YQ=", "YQ===", "Y===", "====", "YQ==YQ==", "Y Q=", "YW-_"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tactus::llm::aws
