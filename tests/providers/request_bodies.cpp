#include "request_bodies.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"

namespace tactus::wire {
namespace {

// "us.model:0" of "/model/us.model%3A0/converse-stream", "gemini" of "/v1/models/gemini:stream…".
std::string model_in(std::string_view path) {
  for (const std::string_view before : {"/model/", "/models/"}) {
    const std::size_t at = path.find(before);
    if (at == std::string_view::npos) continue;
    std::string model(path.substr(at + before.size()));
    if (before == "/model/") {
      model.resize(model.find('/'));
      const std::size_t colon = model.find("%3A");
      if (colon != std::string::npos) model.replace(colon, 3, ":");
    } else {
      model.resize(model.find(':'));
    }
    return model;
  }
  return "";
}

}  // namespace

void expect_same_bodies(const RequestDialect& dialect) {
  if (!manifest()) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  std::size_t bodies = 0;
  for (const Json& stream : manifest()->at("streams").get_array()) {
    const std::string id(string_member(stream, "id"));
    const std::string_view file = string_member(stream, "request_file");
    if (string_member(stream, "api") != dialect.api || file.empty()) continue;
    if (dialect.skipped.contains(id)) continue;
    SCOPED_TRACE(id);
    auto recorded = parse_json(recorded_bytes(file));
    ASSERT_TRUE(recorded);
    llm::ModelRequest request;
    request.model = model_in(string_member(stream, "request_path"));
    dialect.read(*recorded, request);
    EXPECT_EQ(Json(dialect.write(request)), *recorded);
    ++bodies;
  }
  EXPECT_GE(bodies, dialect.bodies_min);
}

llm::Message message_of(llm::Role role, std::string_view content) {
  llm::Message message;
  message.role = role;
  message.content = content;
  return message;
}

Json take(JsonObject& object, std::string_view key) {
  const auto found = object.find(key);
  if (found == object.end()) return nullptr;
  Json value = std::move(found->value());
  object.erase(found);
  return value;
}

void read_settings(Json& object, const SettingNames& names, llm::Settings& settings) {
  const auto fraction = [&](const std::string& name, std::optional<double>& setting) {
    Json* number = object.get_object().if_contains(name);
    if (!number) return;
    setting = double_member(object, name);
    *number = *setting;
  };
  fraction(names.temperature, settings.temperature);
  fraction(names.top_p, settings.top_p);
  if (find_member(object, names.max_tokens)) {
    settings.max_tokens = int_member(object, names.max_tokens);
  }
  if (const Json* stop = find_member(object, names.stop); stop && stop->is_array()) {
    for (const Json& word : stop->get_array()) settings.stop.emplace_back(word.get_string());
  }
}

}  // namespace tactus::wire
