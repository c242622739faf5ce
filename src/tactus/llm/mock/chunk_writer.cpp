#include <tactus/llm/mock/chunk_writer.hpp>

namespace tactus::llm::mock {

JsonObject make_usage(std::int64_t prompt_tokens, std::int64_t completion_tokens) {
  return {{"prompt_tokens", prompt_tokens},
          {"completion_tokens", completion_tokens},
          {"total_tokens", prompt_tokens + completion_tokens},
          {"prompt_tokens_details", JsonObject{{"cached_tokens", 0}}},
          {"completion_tokens_details", JsonObject{{"reasoning_tokens", 0}}}};
}

JsonObject make_error(int status, std::string_view message, std::string_view code) {
  struct Usual {
    int status;
    std::string_view type, code, message;
  };
  static constexpr Usual kUsual[] = {
      {400, "invalid_request_error", "invalid_request", "The request is not valid."},
      {401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."},
      {403, "invalid_request_error", "forbidden", "This key may not use this model."},
      {404, "invalid_request_error", "not_found", "There is nothing at this address."},
      {429, "requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."},
      {503, "server_error", "overloaded", "The server is overloaded. Please try again later."},
  };
  Usual usual{status, status < 500 ? "invalid_request_error" : "server_error", "",
              "The server had an error while processing your request."};
  for (const Usual& known : kUsual) {
    if (known.status == status) usual = known;
  }
  JsonObject error;
  error["message"] = message.empty() ? usual.message : message;
  error["type"] = usual.type;
  error["param"] = nullptr;
  error["code"] = nullptr;
  if (!code.empty()) {
    error["code"] = code;
  } else if (!usual.code.empty()) {
    error["code"] = usual.code;
  }
  return {{"error", std::move(error)}};
}

ChunkWriter::ChunkWriter(const ResponseIdentity& identity, Usage usage) : usage_(usage) {
  before_choices_ = "data: {\"id\":";
  append_json_string(before_choices_, identity.id);
  before_choices_ +=
      ",\"object\":\"chat.completion.chunk\",\"created\":" + std::to_string(identity.created) +
      ",\"model\":";
  append_json_string(before_choices_, identity.model);
  before_choices_ += ",\"choices\":[";
  before_delta_ = before_choices_ + "{\"index\":0,\"delta\":";
  after_choices_ = usage == Usage::kIncluded ? "],\"usage\":null}\n\n" : "]}\n\n";
  after_delta_ = ",\"finish_reason\":null}" + after_choices_;
  before_content_ = before_delta_ + "{\"content\":";
  after_content_ = "}" + after_delta_;
}

void ChunkWriter::begin(std::string& out) {
  out += before_delta_;
  out += R"({"role":"assistant","content":"","refusal":null})";
  out += after_delta_;
}

void ChunkWriter::content(std::string& out, std::string_view text) {
  out += before_content_;
  append_json_string(out, text);
  out += after_content_;
}

void ChunkWriter::reasoning(std::string& out, std::string_view text) {
  out += before_delta_;
  out += "{\"reasoning_content\":";
  append_json_string(out, text);
  out += after_content_;
}

void ChunkWriter::call_start(std::string& out, std::size_t index, std::string_view id,
                             std::string_view name) {
  out += before_delta_;
  out += "{\"tool_calls\":[{\"index\":" + std::to_string(index) + ",\"id\":";
  append_json_string(out, id);
  out += ",\"type\":\"function\",\"function\":{\"name\":";
  append_json_string(out, name);
  out += ",\"arguments\":\"\"}}]";
  out += after_content_;
}

void ChunkWriter::call_arguments(std::string& out, std::size_t index, std::string_view text) {
  out += before_delta_;
  out += "{\"tool_calls\":[{\"index\":" + std::to_string(index) + ",\"function\":{\"arguments\":";
  append_json_string(out, text);
  out += "}}]";
  out += after_content_;
}

void ChunkWriter::end(std::string& out, std::string_view reason, const JsonObject& usage) {
  out += before_delta_;
  out += "{},\"finish_reason\":";
  append_json_string(out, reason);
  out += '}';
  out += after_choices_;
  if (usage_ == Usage::kIncluded) {
    out += before_choices_;
    out += "],\"usage\":";
    out += dump_json(Json(usage));
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
}

void ChunkWriter::error(std::string& out, const JsonObject& error) {
  out += "data: ";
  out += dump_json(Json(error));
  out += "\n\n";
}

}  // namespace tactus::llm::mock
