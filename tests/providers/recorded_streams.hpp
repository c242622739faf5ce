// The recorded streams of one API against what their manifest says they decode to, wherever their
// bytes are cut.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <tactus/llm/provider.hpp>

namespace tactus::wire {

struct RecordedApi {
  std::string api;  // As in the manifest.
  std::unique_ptr<llm::Provider> provider;
  std::size_t streams_min = 0;  // At least so many recordings must be there.
  // Ids of recordings whose reading in the manifest is not ours, with the reason. Keep it short.
  std::map<std::string, std::string> skipped;
  // Finish reasons of the manifest that we call by another name, and ours.
  std::map<std::string, std::string> finish_reasons;
};

// Each skips where the recordings are not at hand.
void expect_whole(const RecordedApi& api);
void expect_byte_by_byte(const RecordedApi& api);
// Every recording cut in two at every byte, or at random places when it is large; of them each
// `kCutShares`th from `share` on, so that the shares run side by side.
inline constexpr std::size_t kCutShares = 8;
void expect_every_cut(const RecordedApi& api, std::size_t share);

}  // namespace tactus::wire
