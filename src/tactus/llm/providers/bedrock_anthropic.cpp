#include <tactus/llm/base64.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>
#include <tactus/llm/providers/bedrock_anthropic.hpp>
#include <tactus/llm/providers/lenient_json.hpp>

namespace tactus::llm {

JsonObject bedrock_anthropic_body(const ModelRequest& request) {
  JsonObject body = anthropic_request_body(request, AnthropicDialect());
  body.erase("model");
  body.erase("stream");
  if (!body.contains("anthropic_version")) body["anthropic_version"] = "bedrock-2023-05-31";
  return body;
}

// Each event is one frame of base64.
Result<void> BedrockAnthropicDecoder::read_event(std::string_view type, const Json& payload,
                                                 Events& events) {
  if (type != "chunk" || reader_.ended()) return {};
  const auto text = from_base64(string_member(payload, "bytes"));
  if (!text) {
    return fail(ErrorCode::kProviderStream,
                "the provider sent a piece of its answer that is not base64");
  }
  const auto event = parse_lenient_json(*text);
  if (!event) return fail(event.error());
  return reader_.read(*event, events);
}

Result<void> BedrockAnthropicDecoder::read_whole(const Json& answer, Events& events) {
  if (find_member(answer, "content") || find_member(answer, "error")) {
    return reader_.read_whole(answer, events);
  }
  InBandError error;
  error.message = string_member(answer, "message", "the answer has no content");
  fail_with(std::move(error), events);
  return {};
}

}  // namespace tactus::llm
