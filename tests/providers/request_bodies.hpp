// Recorded request bodies against what we would send: a recorded body is read back into a request
// of ours, which is then written.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <tactus/llm/model.hpp>

namespace tactus::wire {

struct RequestDialect {
  std::string api;  // As in the manifest.
  // Sets in `request` what `body` says; removes from `body` what it has understood by other means
  // than the comparison (what is equal in meaning, but not in bytes).
  std::function<void(Json& body, llm::ModelRequest& request)> read;
  std::function<JsonObject(const llm::ModelRequest&)> write;
  std::size_t bodies_min = 0;  // At least so many must be there.
  // Ids of recordings that ask for what we have no request for, with the reason.
  std::map<std::string, std::string> skipped;
};

// Skips where the recordings are not at hand.
void expect_same_bodies(const RequestDialect& dialect);

// What the dialects' readers share.
llm::Message message_of(llm::Role role, std::string_view content);
// The member, taken out of `object`; null when it is not there.
Json take(JsonObject& object, std::string_view key);
// Reads the numbers and stop sequences that are called so; `temperature` and `top_p` become
// fractions in `object` too, which JSON does not tell from whole numbers.
struct SettingNames {
  std::string temperature, top_p, max_tokens, stop;
};
void read_settings(Json& object, const SettingNames& names, llm::Settings& settings);

}  // namespace tactus::wire
