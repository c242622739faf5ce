// The fault "wrong tool index" in the formats that the mock provider speaks. Pure. Uses: base.
#pragma once

#include <string>
#include <string_view>

namespace tactus::llm::mock {

// `events` (whole server-sent events) with arguments of tool calls saying that they belong to the
// call with the next index. What has none comes back byte for byte.
std::string with_wrong_tool_index(std::string_view events);

}  // namespace tactus::llm::mock
