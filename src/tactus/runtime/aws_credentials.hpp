// Where the AWS credentials of this machine come from: configuration, environment, the files of
// AWS's own tools, the endpoint of a container; the first that has some. Uses: llm, config.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <tactus/llm/aws/credentials.hpp>
#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

// Thread-safe. What an endpoint gave is kept as long as this lives.
class AwsCredentials {
 public:
  // `executor` is that of an io_context.
  explicit AwsCredentials(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  // Null when there are none. Fails with kProviderAuth when AWS_PROFILE names a profile that does
  // not exist, or credentials come from where this version does not fetch them. Reads files.
  Result<std::shared_ptr<llm::aws::CredentialSource>> find(const Config& config,
                                                           const Environment& environment);

 private:
  std::shared_ptr<llm::aws::CredentialSource> container(llm::aws::ContainerEndpoint endpoint);

  boost::asio::any_io_executor executor_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<llm::aws::CredentialSource>> containers_;
};

// The region of the configuration, the environment or the profile; else us-east-1. Reads files.
std::string aws_region(const Config& config, const Environment& environment);

// The region in "https://bedrock-runtime.REGION.amazonaws.com", also of China; "" for other hosts.
std::string region_of_aws_host(const std::string& url);

}  // namespace tactus::runtime
