// What the tests of this module share. Tests only.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include <tactus/runtime/config.hpp>

namespace tactus::runtime::testing {

// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "runtime-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  // Makes the folders on the way.
  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

 private:
  std::string path_;
};

// A variable of the process for the length of a test; nothing = unset.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::optional<std::string>& value)
      : name_(std::move(name)) {
    if (const char* before = getenv(name_.c_str())) before_ = before;
    set(value);
  }
  ~ScopedVariable() { set(before_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      setenv(name_.c_str(), value->c_str(), 1);
    } else {
      unsetenv(name_.c_str());
    }
  }

  std::string name_;
  std::optional<std::string> before_;
};

// A workspace in which nothing of the machine's own configuration counts.
class WorkspaceTest : public ::testing::Test {
 protected:
  Environment environment() const { return Environment(workspace_.path()); }

  TemporaryFolder workspace_, config_home_;
  ScopedVariable xdg_{"XDG_CONFIG_HOME", config_home_.path()};
  ScopedVariable key_{"OPENAI_API_KEY", std::nullopt};
  ScopedVariable base_url_{"OPENAI_BASE_URL", std::nullopt};
  ScopedVariable provider_{"TACTUS_PROVIDER", std::nullopt};
};

}  // namespace tactus::runtime::testing
