#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/model_client.hpp>
#include <tactus/runtime/aws_credentials.hpp>
#include <tactus/runtime/testing.hpp>

namespace tactus::runtime {
namespace {

using ::testing::HasSubstr;

class NoHttp final : public net::HttpClient {
 public:
  std::shared_ptr<net::HttpExchange> start(net::HttpRequest) override {
    throw std::logic_error("no request was expected");
  }
};

// In which nothing of the machine's own AWS configuration counts.
class AwsCredentialsTest : public testing::WorkspaceTest {
 protected:
  // "key secret token", "none", "container", or what went wrong.
  std::string found() {
    AwsCredentials all(io_.get_executor());
    const auto source = all.find(config_, environment());
    if (!source) return source.error().message + " - " + source.error().hint;
    if (!*source) return "none";
    std::string shown = "container";
    NoHttp http;
    llm::StopToken stop;
    boost::asio::co_spawn(
        io_,
        [&]() -> boost::asio::awaitable<void> {
          const auto got = co_await (*source)->get(http, stop);
          if (got) shown = got->access_key_id + " " + got->secret_access_key;
          if (got && !got->session_token.empty()) shown += " " + got->session_token;
        },
        [](std::exception_ptr) {});
    io_.restart();
    io_.run();
    return shown;
  }
  std::string region() { return aws_region(config_, environment()); }

  boost::asio::io_context io_;
  Config config_;
  testing::ScopedVariable home_{"HOME", workspace_.path()};
  testing::ScopedVariable profile_{"AWS_PROFILE", std::nullopt};
  testing::ScopedVariable key_id_{"AWS_ACCESS_KEY_ID", std::nullopt};
  testing::ScopedVariable secret_{"AWS_SECRET_ACCESS_KEY", std::nullopt};
  testing::ScopedVariable token_{"AWS_SESSION_TOKEN", std::nullopt};
  testing::ScopedVariable region_{"AWS_REGION", std::nullopt};
  testing::ScopedVariable default_region_{"AWS_DEFAULT_REGION", std::nullopt};
  testing::ScopedVariable files_{"AWS_SHARED_CREDENTIALS_FILE", std::nullopt};
  testing::ScopedVariable config_file_{"AWS_CONFIG_FILE", std::nullopt};
  testing::ScopedVariable relative_{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", std::nullopt};
  testing::ScopedVariable full_{"AWS_CONTAINER_CREDENTIALS_FULL_URI", std::nullopt};
};

TEST_F(AwsCredentialsTest, TheFirstPlaceThatHasSomeCounts) {
  EXPECT_EQ(found(), "none");
  workspace_.write(".env", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/x\n");
  EXPECT_EQ(found(), "container");
  workspace_.write(".aws/credentials", "[default]\naws_access_key_id=P\naws_secret_access_key=s\n");
  EXPECT_EQ(found(), "P s");
  workspace_.write(".env", "AWS_ACCESS_KEY_ID=E\nAWS_SECRET_ACCESS_KEY=e\nAWS_SESSION_TOKEN=t\n");
  EXPECT_EQ(found(), "E e t");
  config_.aws = {"C", "c", "", ""};
  EXPECT_EQ(found(), "C c") << "the token of the environment belongs to another key";
  config_.aws = {"E", "e", "", ""};
  EXPECT_EQ(found(), "E e t") << "as the configuration has it from the environment";
}

TEST_F(AwsCredentialsTest, AProfileMayBeChosen) {
  workspace_.write(".aws/config",
                   "[profile work]\naws_access_key_id=W\naws_secret_access_key=w\n"
                   "region=eu-north-1\n[profile sso]\nsso_session=x\n");
  EXPECT_EQ(found(), "none");
  workspace_.write(".env", "AWS_PROFILE=work\n");
  EXPECT_EQ(found(), "W w");
  EXPECT_EQ(region(), "eu-north-1");
  workspace_.write(".env", "AWS_PROFILE=absent\n");
  EXPECT_THAT(found(), HasSubstr("there is no AWS profile 'absent'"));
  workspace_.write(".env", "AWS_PROFILE=sso\n");
  EXPECT_THAT(found(), HasSubstr("sso_session, which is not supported - set the variables"));
  workspace_.write("elsewhere", "[default]\naws_access_key_id=X\naws_secret_access_key=x\n");
  workspace_.write(".env", "AWS_SHARED_CREDENTIALS_FILE=~/elsewhere\n");
  EXPECT_EQ(found(), "X x");
}

TEST_F(AwsCredentialsTest, AContainersAreFetchedOnceForAllRuns) {
  workspace_.write(".env", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/x\n");
  AwsCredentials all(io_.get_executor());
  const auto first = all.find(config_, environment());
  EXPECT_EQ(*first, *all.find(config_, environment()));
  workspace_.write(".env", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/y\n");
  EXPECT_NE(*first, *all.find(config_, environment()));
}

TEST_F(AwsCredentialsTest, TheRegionIsThatOfTheFirstPlaceThatSaysIt) {
  EXPECT_EQ(region(), "us-east-1");
  workspace_.write(".aws/config", "[default]\nregion=eu-west-3\n");
  EXPECT_EQ(region(), "eu-west-3");
  workspace_.write(".env", "AWS_DEFAULT_REGION=eu-west-2\n");
  EXPECT_EQ(region(), "eu-west-2");
  workspace_.write(".env", "AWS_DEFAULT_REGION=eu-west-2\nAWS_REGION=eu-west-1\n");
  EXPECT_EQ(region(), "eu-west-1");
  config_.aws.region = "sa-east-1";
  EXPECT_EQ(region(), "sa-east-1");
}

TEST_F(AwsCredentialsTest, AHostOfAwsNamesItsRegion) {
  EXPECT_EQ(region_of_aws_host("https://bedrock-runtime.eu-west-1.amazonaws.com/x"), "eu-west-1");
  EXPECT_EQ(region_of_aws_host("https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
            "cn-north-1");
  EXPECT_EQ(region_of_aws_host("https://bedrock.example.com"), "");
  EXPECT_EQ(region_of_aws_host("https://evilamazonaws.com"), "");
  EXPECT_EQ(region_of_aws_host("nonsense"), "");
}

}  // namespace
}  // namespace tactus::runtime
