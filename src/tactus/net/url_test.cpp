#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/net/url.hpp>

namespace tactus::net {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://me:word@Example.org:8443/a/../b%20c?x=1#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/b%20c");
  EXPECT_EQ(url->query, "x=1");
  EXPECT_EQ(url->origin(), "https://example.org:8443");
  EXPECT_EQ(parse_url("http://h")->port, 80);
  EXPECT_EQ(parse_url("http://h")->path, "/");
  EXPECT_EQ(parse_url("http://[::1]:5/x")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:5/x")->origin(), "http://[::1]:5");
}

TEST(Url, RefusesWhatIsNoWebAddress) {
  for (const char* wrong : {"", "h", "/path", "ftp://h/", "file:///etc/passwd", "http://",
                            "http://h:99999/", "http://a b/"}) {
    EXPECT_FALSE(parse_url(wrong)) << wrong;
  }
  EXPECT_FALSE(parse_url(std::string("http://h/\0x", 11)));
}

TEST(Url, ResolvesALocation) {
  const Url base = *parse_url("http://h:81/a/b?x=1");
  EXPECT_EQ(resolve_url(base, "/c")->text, "http://h:81/c");
  EXPECT_EQ(resolve_url(base, "c?y=2")->text, "http://h:81/a/c?y=2");
  EXPECT_EQ(resolve_url(base, "//other/c")->host, "other");
  EXPECT_EQ(resolve_url(base, "https://other/c")->scheme, "https");
  EXPECT_FALSE(resolve_url(base, "ftp://h/c"));
}

TEST(Url, EncodesWhatHasAMeaning) {
  EXPECT_EQ(percent_encode("a b/ü?&"), "a%20b%2F%C3%BC%3F%26");
  EXPECT_EQ(percent_encode("a/b c", "/"), "a/b%20c");
}

TEST(Url, KnowsLinkLocalAddresses) {
  for (const char* local : {"169.254.169.254", "fe80::1", "::ffff:169.254.1.1", "febf::1"})
    EXPECT_TRUE(is_link_local(local)) << local;
  for (const char* other :
       {"127.0.0.1", "10.0.0.1", "::1", "fec0::1", "example.org", "169.253.0.1"})
    EXPECT_FALSE(is_link_local(other)) << other;
}

}  // namespace
}  // namespace tactus::net
