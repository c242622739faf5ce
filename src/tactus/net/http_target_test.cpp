#include <gtest/gtest.h>

#include <tactus/net/http_target.hpp>

namespace tactus::net {
namespace {

TEST(HttpTarget, DecodesPathAndQuery) {
  EXPECT_EQ(parse_request_target("/a%20b+c/%C3%B6?x=1&y=a%26b+c&flag&=v&x=2&&"),
            (RequestTarget{"/a b+c/ö",
                           {{"x", "1"}, {"y", "a&b c"}, {"flag", ""}, {"", "v"}, {"x", "2"}}}));
}

TEST(HttpTarget, TakesTheAbsoluteForm) {
  EXPECT_EQ(parse_request_target("http://host:1/p?q=1"), (RequestTarget{"/p", {{"q", "1"}}}));
  EXPECT_EQ(parse_request_target("http://host"), (RequestTarget{"/", {}}));
  EXPECT_EQ(parse_request_target("https://host?q=1"), (RequestTarget{"/", {{"q", "1"}}}));
}

TEST(HttpTarget, DropsAFragment) {
  EXPECT_EQ(parse_request_target("/p?q=1#f?g"), (RequestTarget{"/p", {{"q", "1"}}}));
}

TEST(HttpTarget, RefusesWhatIsMalformed) {
  for (const char* bad : {"", "*", "p", "host:80", "/%", "/%4", "/%zz", "/a%00b", "/%FF", "/%C0%AF",
                          "/p?x=%", "/p?%FF=1", "ftp://host/p"}) {
    EXPECT_EQ(parse_request_target(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace tactus::net
