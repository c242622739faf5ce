#include <algorithm>

#include <tactus/llm/output_mode.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kInstruction =
    "When you give your final answer, reply with nothing but one JSON value that fits this JSON "
    "Schema, without any text or code fence around it:\n";

// One system message, for servers that take no second one.
void add_instruction(ModelRequest& request, std::string instruction) {
  const auto is_system = [](const Message& message) { return message.role == Role::kSystem; };
  const auto system = std::find_if(request.messages.begin(), request.messages.end(), is_system);
  if (system != request.messages.end()) {
    system->content += "\n\n" + std::move(instruction);
    return;
  }
  Message message;
  message.role = Role::kSystem;
  message.content = std::move(instruction);
  request.messages.insert(request.messages.begin(), std::move(message));
}

// "none" is about the program's own tools, not about how the answer is given.
void add_output_tool(ModelRequest& request, const std::string& name, JsonObject schema) {
  if (request.tool_choice == "none") request.tools.clear();
  const bool chosen = request.tool_choice != "none" && request.tool_choice != "auto" &&
                      !request.tool_choice.empty();
  request.tools.push_back(output_tool(name, std::move(schema)));
  if (request.tools.size() == 1) {
    request.tool_choice = name;
  } else if (!chosen) {
    request.tool_choice = "required";
  }
}

}  // namespace

std::string output_tool_name(const ModelRequest& request) {
  std::string name = "final_output";
  const auto taken = [&](const ToolSpec& tool) { return tool.name == name; };
  while (std::any_of(request.tools.begin(), request.tools.end(), taken)) name += "_";
  return name;
}

ToolSpec output_tool(std::string name, JsonObject schema) {
  ToolSpec tool;
  tool.name = std::move(name);
  tool.description =
      "Gives the final answer. Call it exactly once, when everything else is done, instead of "
      "answering in text.";
  tool.parameters = std::move(schema);
  return tool;
}

std::string schema_instruction(const JsonObject& schema) {
  return std::string(kInstruction) + dump_json(schema);
}

std::optional<JsonObject> schema_of_instruction(std::string_view text) {
  const std::size_t at = text.rfind(kInstruction);
  if (at == std::string_view::npos) return std::nullopt;
  auto schema = parse_json(text.substr(at + kInstruction.size()));
  if (!schema || !schema->is_object()) return std::nullopt;
  return std::move(schema->get_object());
}

void OutputToolReader::read(std::vector<ModelEvent>& events) {
  std::vector<ModelEvent> kept;
  kept.reserve(events.size());
  for (ModelEvent& event : events) {
    if (auto own = rewritten(std::move(event))) kept.push_back(std::move(*own));
  }
  events = std::move(kept);
}

std::optional<ModelEvent> OutputToolReader::rewritten(ModelEvent event) {
  if (auto* start = std::get_if<ToolCallStart>(&event)) {
    if (start->name == tool_) {
      // A second answer is no part of the first.
      if (!answer_) answer_ = start->index;
      return std::nullopt;
    }
    const int number = static_cast<int>(calls_.size());
    start->index = calls_.try_emplace(start->index, number).first->second;
  } else if (auto* piece = std::get_if<ToolCallArguments>(&event)) {
    if (answer_ == piece->index) return TextDelta{std::move(piece->text)};
    const auto call = calls_.find(piece->index);
    if (call == calls_.end()) return std::nullopt;
    piece->index = call->second;
  } else if (const auto* part = std::get_if<ProviderPart>(&event)) {
    // What belongs to the call would have none to belong to in later requests.
    if (answer_ && !part->value.is_null()) return std::nullopt;
  } else if (auto* finish = std::get_if<Finish>(&event)) {
    // The call by which the answer was given is none to the caller.
    if (finish->reason == FinishReason::kToolCalls && answer_ && calls_.empty())
      finish->reason = FinishReason::kStop;
  }
  return event;
}

std::optional<PinnedOutput> pin_output(const ModelRequest& request) {
  const bool by_tool = request.output_mode == OutputMode::kTool;
  if (!request.output_schema || (!by_tool && request.output_mode != OutputMode::kPrompt))
    return std::nullopt;
  PinnedOutput pinned{request, ""};
  pinned.request.output_schema.reset();
  if (by_tool) {
    pinned.output_tool = output_tool_name(request);
    add_output_tool(pinned.request, pinned.output_tool, *request.output_schema);
  } else {
    add_instruction(pinned.request, schema_instruction(*request.output_schema));
  }
  return pinned;
}

}  // namespace tactus::llm
