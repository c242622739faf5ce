// Credentials that are at hand: given ones, and those of the profiles that AWS's own tools keep.
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/aws/credentials.hpp>

namespace tactus::llm::aws {
namespace {

class FixedCredentials final : public CredentialSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  awaitable<Result<Credentials>> get(net::HttpClient&, StopToken&) override {
    co_return credentials_;
  }

 private:
  Credentials credentials_;
};

using Keys = std::map<std::string, std::string>;

// "default" of "[default]", "x" of "[profile x]"; the file of credentials has no "profile".
std::string_view section_name(std::string_view line) {
  std::string_view name = trim(line.substr(1, line.find(']') - 1));
  if (name.starts_with("profile ") || name.starts_with("profile\t")) name = trim(name.substr(8));
  return name;
}

// Adds the keys of that section. Indented lines belong to the setting above them.
void read_section(std::string_view text, std::string_view name, Keys& keys) {
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[')) {
      inside = section_name(line) == name;
      continue;
    }
    const std::size_t equals = line.find('=');
    const bool setting = inside && equals != std::string_view::npos && line[0] != ' ' &&
                         line[0] != '\t' && line[0] != '#' && line[0] != ';';
    if (setting) {
      keys[to_lower(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
    }
  }
}

std::string value_in(const Keys& keys, const std::string& name) {
  const auto found = keys.find(name);
  return found == keys.end() ? "" : found->second;
}

}  // namespace

std::shared_ptr<CredentialSource> fixed_credentials(Credentials credentials) {
  return std::make_shared<FixedCredentials>(std::move(credentials));
}

std::map<std::string, std::string> read_profile(const ProfileFiles& files, std::string_view name) {
  Keys keys;
  read_section(files.config, name, keys);
  read_section(files.credentials, name, keys);
  return keys;
}

Result<std::optional<Credentials>> profile_credentials(const Keys& keys, std::string_view name) {
  Credentials credentials;
  credentials.access_key_id = value_in(keys, "aws_access_key_id");
  credentials.secret_access_key = value_in(keys, "aws_secret_access_key");
  credentials.session_token = value_in(keys, "aws_session_token");
  if (!credentials.access_key_id.empty() && !credentials.secret_access_key.empty()) {
    return credentials;
  }
  static constexpr std::array<std::string_view, 6> kElsewhere = {"role_arn",
                                                                 "sso_session",
                                                                 "sso_start_url",
                                                                 "credential_process",
                                                                 "web_identity_token_file",
                                                                 "login_session"};
  for (const std::string_view key : kElsewhere) {
    if (!keys.contains(std::string(key))) continue;
    Error error;
    error.code = ErrorCode::kProviderAuth;
    error.message = fmt::format(
        "the AWS profile '{}' gets its credentials by {}, which is not supported", name, key);
    error.hint = fmt::format(
        "set the variables that `aws configure export-credentials --profile {} --format env` "
        "prints",
        name);
    return fail(std::move(error));
  }
  return std::nullopt;
}

}  // namespace tactus::llm::aws
