// What `tactus doctor` finds in the machine: proxies, certificates, the disk, programs.
#include <array>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/cli/doctor.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/journal/store_version.hpp>
#include <tactus/mcp/child_process.hpp>
#include <tactus/net/environment.hpp>

namespace tactus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMiB = 1u << 20;
constexpr std::uintmax_t kSpaceLow = 256 * kMiB;
constexpr std::uintmax_t kSpaceMin = 16 * kMiB;

std::string process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

Check check_proxy(const std::string& name, const std::string& value) {
  const auto origin = net::proxy_origin(value);
  if (origin) return {"proxy", name, Health::kOk, "requests may go through " + *origin};
  return {"proxy", name, Health::kFail, origin.error().message, origin.error().hint};
}

Check check_exceptions(const std::string& name, const std::string& value) {
  if (value.find("://") == std::string::npos)
    return {"proxy", name, Health::kOk, "hosts that need no proxy are listed"};
  return {"proxy", name, Health::kWarn, "it holds an address with ://, which matches no host",
          "list host names and networks: example.org,10.0.0.0/8"};
}

// The folder that exists and in which `path` is, or would be made.
fs::path existing_folder(fs::path path) {
  std::error_code ignored;
  do {
    path = path.parent_path();
  } while (path.has_relative_path() && !fs::exists(path, ignored));
  return path;
}

bool is_writable(const fs::path& path) { return ::access(path.c_str(), W_OK) == 0; }

Check check_space(const fs::path& folder, const std::string& subject) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error) {
    return {"store", subject, Health::kWarn, "the free space is not known: " + error.message(),
            "check the disk"};
  }
  const std::string message = fmt::format("{} MiB of disk are free", space.available / kMiB);
  if (space.available >= kSpaceLow) return {"store", subject, Health::kOk, message};
  return {"store", subject, space.available < kSpaceMin ? Health::kFail : Health::kWarn, message,
          "free some space, or set storage.path to another disk"};
}

Check check_server(const mcp::ServerConfig& server) {
  if (!server.url.empty()) {
    const auto url = net::parse_url(server.url);
    if (url) return {"mcp", server.name, Health::kOk, "it is asked at " + url->origin()};
    return {"mcp", server.name, Health::kFail, url.error().message, url.error().hint};
  }
  const auto own_path = server.env.find("PATH");
  const std::string path =
      own_path != server.env.end() ? own_path->second : process_variable("PATH");
  const auto found = mcp::find_program(server.command, path);
  const fs::path file = found ? fs::path(server.cwd) / *found : fs::path();
  if (found && ::access(file.c_str(), X_OK) == 0)
    return {"mcp", server.name, Health::kOk, "its program is " + file.string()};
  return {"mcp", server.name, Health::kFail,
          fmt::format("its program '{}' is not there, or cannot be run", server.command),
          fmt::format("install it, or correct mcp_servers.{}.command", server.name)};
}

}  // namespace

std::vector<Check> check_proxies(const Patient& patient) {
  std::vector<Check> checks;
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy",
                           "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
    const std::string value = process_variable(name);
    const bool lists_exceptions = to_lower(name) == "no_proxy";
    if (!value.empty()) {
      checks.push_back(lists_exceptions ? check_exceptions(name, value) : check_proxy(name, value));
    } else if (patient.environment.origin(name)) {
      checks.push_back({"proxy", name, Health::kWarn, "in .env it has no effect",
                        "set it in the environment of the process"});
    }
  }
  if (checks.empty()) checks.push_back({"proxy", "environment", Health::kOk, "no proxy is set"});
  return checks;
}

std::vector<Check> check_certificates(const Patient& patient) {
  std::vector<Check> checks;
  const net::TrustedCertificates trusted = net::trusted_certificates();
  const std::string named = process_variable("SSL_CERT_FILE");
  if (!named.empty() && !trusted.from_variable) {
    checks.push_back({"certificates", "SSL_CERT_FILE", Health::kFail, named + " cannot be read",
                      "name a PEM file that you may read, or unset the variable"});
  } else if (named.empty() && patient.environment.origin("SSL_CERT_FILE")) {
    checks.push_back({"certificates", "SSL_CERT_FILE", Health::kWarn, "in .env it has no effect",
                      "set it in the environment of the process"});
  }
  std::error_code ignored;
  const bool has_file = !trusted.file.empty() && ::access(trusted.file.c_str(), R_OK) == 0 &&
                        fs::file_size(trusted.file, ignored) > 0;
  const bool has_folder = !trusted.folder.empty() && fs::is_directory(trusted.folder, ignored) &&
                          !fs::is_empty(trusted.folder, ignored);
  if (has_file || has_folder) {
    checks.push_back({"certificates", trusted.from_variable ? "SSL_CERT_FILE" : "system",
                      Health::kOk,
                      "servers are checked against " + (has_file ? trusted.file : trusted.folder)});
  } else {
    checks.push_back({"certificates", trusted.from_variable ? "SSL_CERT_FILE" : "system",
                      Health::kFail, "there are no certificates to check servers against",
                      "install the package ca-certificates, or set SSL_CERT_FILE to a PEM file"});
  }
  return checks;
}

std::vector<Check> check_store(const Patient& patient) {
  const runtime::Config& config = patient.config;
  const fs::path path = config.storage_path.empty()
                            ? fs::path(default_store_path(patient.workspace))
                            : fs::path(patient.workspace) / config.storage_path;
  const fs::path relative = path.lexically_relative(patient.workspace);
  const bool inside = !relative.empty() && *relative.begin() != "..";
  const std::string subject = inside ? relative.string() : path.string();
  std::error_code error;
  const fs::path folder = existing_folder(path);
  std::vector<Check> checks;
  const bool there = fs::exists(path, error);
  if (!is_writable(folder) || (there && !is_writable(path))) {
    checks.push_back({"store", subject, Health::kFail, "it cannot be written",
                      "make the file and its folder writable, set storage.path, or keep runs in "
                      "memory with --storage memory"});
    return checks;
  }
  if (!there) {
    checks.push_back({"store", subject, Health::kOk, "it is made by the first run"});
  } else if (const auto version = journal::read_store_version(path.string()); !version) {
    checks.push_back(
        {"store", subject, Health::kFail, version.error().message, version.error().hint});
  } else if (version->version < version->newest) {
    checks.push_back({"store", subject, Health::kOk,
                      fmt::format("it has version {}; the next run brings it to {}",
                                  version->version, version->newest)});
  } else {
    checks.push_back(
        {"store", subject, Health::kOk, fmt::format("it has version {}", version->version)});
  }
  checks.push_back(check_space(folder, subject));
  return checks;
}

std::vector<Check> check_mcp_servers(const Patient& patient) {
  std::vector<Check> checks;
  for (const auto& [name, server] : patient.config.mcp_servers)
    checks.push_back(check_server(server));
  return checks;
}

}  // namespace tactus::cli
