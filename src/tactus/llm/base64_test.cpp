#include <gtest/gtest.h>

#include <tactus/llm/base64.hpp>

namespace tactus::llm {
namespace {

TEST(Base64, IsReadWithItsPadding) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("YQ=="), "a");
  EXPECT_EQ(from_base64("YWI="), "ab");
  EXPECT_EQ(from_base64("YWJj"), "abc");
  EXPECT_EQ(from_base64("AP/+"), std::string("\0\xFF\xFE", 3));
}

TEST(Base64, IsWrittenAsItIsRead) {
  std::string bytes;
  for (int length = 0; length < 260; ++length) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes) << length;
    bytes += static_cast<char>(length * 7);
  }
  EXPECT_EQ(to_base64("ab"), "YWI=");
}

TEST(Base64, WhatIsNoneIsRefused) {
  for (const char* text : {"Y", "YQ", "YQ=", "YQ===", "Y===", "====", "YQ==YQ==", "Y Q=", "YW-_"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tactus::llm
