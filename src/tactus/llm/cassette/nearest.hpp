// What to say when nothing was recorded for a request. Pure. Uses: library.
#pragma once

#include <span>
#include <string>

#include <tactus/llm/cassette/library.hpp>

namespace tactus::llm::cassette {

// kCassetteMiss: the recording that is nearest to the request, and what differs; or, when it was
// recorded, how often.
Error miss(const std::string& folder, std::span<const Library::Entry> entries,
           const std::string& key, const net::RequestSubject& subject);

// How two values differ, one phrase for each place: `messages[2].content is "b", recorded "a"`.
// Lists of named objects are compared by name.
std::vector<std::string> differences(const Json& recorded, const Json& asked);

}  // namespace tactus::llm::cassette
