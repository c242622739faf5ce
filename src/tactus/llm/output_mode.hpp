// How a reply of a schema is asked for, for every provider alike: by a tool whose arguments are the
// reply, or in words. What a provider has of its own is the provider's. Values. Uses: base.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// "final_output", made unlike the names of the tools of `request`.
std::string output_tool_name(const ModelRequest& request);
ToolSpec output_tool(std::string name, JsonObject schema);

// Asks in words for a reply of this schema, for models that cannot be bound to one.
std::string schema_instruction(const JsonObject& schema);
// The schema in a text that ends with such an instruction, or nothing.
std::optional<JsonObject> schema_of_instruction(std::string_view text);

// Makes the arguments of the output tool the text of the answer, and its call none.
class OutputToolReader {
 public:
  // `tool` is the name of the output tool.
  explicit OutputToolReader(std::string tool) : tool_(std::move(tool)) {}
  // Rewrites events in place, in the order in which they come.
  void read(std::vector<ModelEvent>& events);

 private:
  std::optional<ModelEvent> rewritten(ModelEvent event);

  std::string tool_;
  std::map<int, int> calls_;   // Numbers of the provider's calls and of ours.
  std::optional<int> answer_;  // The provider's number of the call that is the answer.
};

// What goes to the provider in place of a request whose `output_mode` is kTool or kPrompt: one
// without a schema.
struct PinnedOutput {
  ModelRequest request;
  std::string output_tool;  // Empty with kPrompt.
};
// Nothing when the provider is to see `request` as it is.
std::optional<PinnedOutput> pin_output(const ModelRequest& request);

}  // namespace tactus::llm
