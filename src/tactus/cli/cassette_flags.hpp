// The options of `tactus run` and `tactus resume` that record and replay. Uses: llm.
#pragma once

#include <optional>
#include <string>

#include <tactus/llm/cassette/cassette.hpp>

namespace CLI {
class App;
}

namespace tactus::cli {

struct CassetteFlags {
  std::string record, replay;  // Folders as they were typed; "" = not wanted.
  std::string timing;          // "", "real" or a number.
  std::string fault;           // As for `tactus mock-provider`.
};

// `flags` must outlive the parsing.
void add_cassette_options(CLI::App& sub, CassetteFlags& flags);

// Nothing when neither is wanted. Fails with kUsage.
Result<std::optional<llm::CassetteOptions>> cassette_options(const CassetteFlags& flags);

}  // namespace tactus::cli
