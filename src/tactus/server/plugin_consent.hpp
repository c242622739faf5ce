// Consent to the plugins of a program, which comes with the request that starts or resumes a run:
// `allow_plugins` lists the texts that a person has agreed to, by their SHA-256. Private to the
// module.
#pragma once

#include <tactus/server/context.hpp>

namespace tactus::server {

struct PluginConsent {
  std::vector<std::string> sha256;
  bool remember = false;  // Also for all later runs, as an answer at the terminal is.
};

// Fails with 400.
tl::expected<PluginConsent, ApiError> plugin_consent(const JsonObject& body);

// The refusal of a run of the program at `path` (or of `source` in its place) that may use plugins
// outside of `consent`: 409 `plugins_not_allowed`, with the plugins. Nothing when the run may go
// on; what is to be remembered is kept then. Blocks on the disk.
std::optional<ApiError> check_plugins(Context& context, const std::string& path,
                                      const std::optional<std::string>& source,
                                      const PluginConsent& consent);

}  // namespace tactus::server
