#include <algorithm>

#include <tactus/server/plugin_consent.hpp>

namespace tactus::server {
namespace {

constexpr std::size_t kSha256Chars = 64;

bool is_sha256(const Json& value) {
  if (!value.is_string() || value.get_string().size() != kSha256Chars) return false;
  return std::string_view(value.get_string()).find_first_not_of("0123456789abcdef") ==
         std::string_view::npos;
}

Json plugin_json(const runtime::PluginFile& file) {
  return JsonObject{{"path", file.shown},
                    {"language", file.python ? "python" : "lua"},
                    {"size", file.text.size()},
                    {"sha256", file.sha256}};
}

ApiError not_allowed(const runtime::PluginFiles& files) {
  ApiError error =
      api_error(409, "plugins_not_allowed",
                fmt::format("the program names {} that nobody has allowed: {}",
                            files.size() == 1 ? "a plugin" : "plugins", files.front().shown),
                "look at the files; then send the request again with their \"sha256\" in "
                "\"allow_plugins\"");
  JsonArray plugins;
  for (const runtime::PluginFile& file : files) {
    plugins.push_back(plugin_json(file));
    if (&file != &files.front()) error.message += ", " + file.shown;
  }
  error.extra["plugins"] = std::move(plugins);
  return error;
}

}  // namespace

tl::expected<PluginConsent, ApiError> plugin_consent(const JsonObject& body) {
  PluginConsent consent;
  if (const Json* allowed = body.if_contains("allow_plugins"); allowed && !allowed->is_null()) {
    const JsonArray none;
    const JsonArray& texts = allowed->is_array() ? allowed->get_array() : none;
    if (!allowed->is_array() || !std::all_of(texts.begin(), texts.end(), is_sha256)) {
      return tl::unexpected(api_error(
          400, "bad_request", "'allow_plugins' must be a list of SHA-256 sums in lower-case hex",
          "each file of a `plugins_not_allowed` error has its \"sha256\""));
    }
    for (const Json& text : texts) consent.sha256.emplace_back(text.get_string());
  }
  if (const Json* remember = body.if_contains("remember_plugins");
      remember && !remember->is_null()) {
    if (!remember->is_bool())
      return tl::unexpected(
          api_error(400, "bad_request", "'remember_plugins' must be true or false"));
    consent.remember = remember->get_bool();
  }
  return consent;
}

std::optional<ApiError> check_plugins(Context& context, const std::string& path,
                                      const std::optional<std::string>& source,
                                      const PluginConsent& consent) {
  runtime::PluginFiles allowed;
  runtime::PluginFiles open;
  for (runtime::PluginFile& file : context.runs.plugins_to_allow(path, source)) {
    const bool agreed = std::find(consent.sha256.begin(), consent.sha256.end(), file.sha256) !=
                        consent.sha256.end();
    (agreed ? allowed : open).push_back(std::move(file));
  }
  if (!open.empty()) return not_allowed(open);
  if (!consent.remember || allowed.empty()) return std::nullopt;
  const auto kept = runtime::remember_consent(allowed);
  if (kept) return std::nullopt;
  return api_error(500, "internal", kept.error().message, "leave out \"remember_plugins\"");
}

}  // namespace tactus::server
