#include <tactus/base/text.hpp>
#include <tactus/net/url.hpp>
#include <tactus/runtime/aws_credentials.hpp>

namespace tactus::runtime {
namespace {

using llm::aws::ContainerEndpoint;
using llm::aws::Credentials;
using Source = std::shared_ptr<llm::aws::CredentialSource>;

std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

std::string file_text(const Environment& environment, const std::string& variable,
                      const std::string& usual) {
  constexpr std::size_t kBytesMax = 1 << 20;
  const std::string home = environment.get("HOME");
  std::string path = environment.get(variable);
  if (path.empty()) path = "~/" + usual;
  if (path.starts_with("~/")) path = home + path.substr(1);
  return read_file_bytes(path, kBytesMax).value_or("");
}

struct Profile {
  std::string name;
  std::map<std::string, std::string> keys;
};

Profile profile_in(const Environment& environment) {
  Profile profile;
  profile.name = first_of({environment.get("AWS_PROFILE"), "default"});
  const llm::aws::ProfileFiles files{
      file_text(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
      file_text(environment, "AWS_CONFIG_FILE", ".aws/config")};
  profile.keys = llm::aws::read_profile(files, profile.name);
  return profile;
}

// A session token belongs to the key it came with.
std::optional<Credentials> given_credentials(const Config& config, const Environment& environment) {
  const std::string variable = environment.get("AWS_ACCESS_KEY_ID");
  Credentials given{config.aws.access_key_id, config.aws.secret_access_key,
                    config.aws.session_token, std::nullopt};
  if (given.access_key_id.empty()) given.access_key_id = variable;
  if (given.secret_access_key.empty() && given.access_key_id == variable) {
    given.secret_access_key = environment.get("AWS_SECRET_ACCESS_KEY");
  }
  if (given.session_token.empty() && given.access_key_id == variable) {
    given.session_token = environment.get("AWS_SESSION_TOKEN");
  }
  if (given.access_key_id.empty() || given.secret_access_key.empty()) return std::nullopt;
  return given;
}

std::optional<ContainerEndpoint> container_endpoint(const Environment& environment) {
  const std::string relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  ContainerEndpoint endpoint;
  endpoint.url = relative.empty() ? environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                                  : "http://169.254.170.2" + relative;
  if (endpoint.url.empty()) return std::nullopt;
  endpoint.token = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  endpoint.token_file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  return endpoint;
}

}  // namespace

Result<Source> AwsCredentials::find(const Config& config, const Environment& environment) {
  if (auto given = given_credentials(config, environment)) {
    return llm::aws::fixed_credentials(*std::move(given));
  }
  const Profile profile = profile_in(environment);
  auto kept = llm::aws::profile_credentials(profile.keys, profile.name);
  if (kept && *kept) return llm::aws::fixed_credentials(**std::move(kept));
  if (auto endpoint = container_endpoint(environment)) return container(*std::move(endpoint));
  if (!kept) return fail(std::move(kept.error()));
  if (profile.keys.empty() && !environment.get("AWS_PROFILE").empty()) {
    return fail(Error{ErrorCode::kProviderAuth,
                      fmt::format("there is no AWS profile '{}'", profile.name),
                      "check AWS_PROFILE, and ~/.aws/credentials and ~/.aws/config",
                      {},
                      ""});
  }
  return Source();
}

Source AwsCredentials::container(ContainerEndpoint endpoint) {
  const std::lock_guard lock(mutex_);
  Source& source = containers_[endpoint.url + "\n" + endpoint.token + "\n" + endpoint.token_file];
  if (!source) {
    source = llm::aws::container_credentials(std::move(endpoint), executor_, system_clock());
  }
  return source;
}

std::string aws_region(const Config& config, const Environment& environment) {
  std::string region = first_of(
      {config.aws.region, environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION")});
  if (!region.empty()) return region;
  const Profile profile = profile_in(environment);
  const auto of_profile = profile.keys.find("region");
  return first_of({of_profile == profile.keys.end() ? "" : of_profile->second, "us-east-1"});
}

std::string region_of_aws_host(const std::string& url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return "";
  std::string_view host = parsed->host;
  for (const std::string_view domain : {".amazonaws.com", ".amazonaws.com.cn"}) {
    if (!host.ends_with(domain)) continue;
    host.remove_suffix(domain.size());
    const std::size_t dot = host.rfind('.');
    return dot == std::string_view::npos ? "" : std::string(host.substr(dot + 1));
  }
  return "";
}

}  // namespace tactus::runtime
