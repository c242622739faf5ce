#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/llm/mock/demo_values.hpp>
#include <tactus/schema/schema.hpp>

namespace tactus::llm::mock {
namespace {

using ::testing::HasSubstr;

Json fill(const JsonObject& schema, std::string_view prompt, std::uint64_t seed = 1) {
  Conversation conversation;
  conversation.users = {std::string(prompt)};
  conversation.prompt = prompt;
  Chance chance(seed);
  return ValueSource(conversation, chance, Fill::kEverything).value(schema);
}

JsonObject schema_of(std::string_view text) { return parse_json(text)->as_object(); }

// A random satisfiable schema.
JsonObject random_schema(Chance& chance, int depth) {
  static constexpr std::array kNames{"title", "summary", "name",  "city",  "email",
                                     "date",  "count",   "score", "tags",  "items",
                                     "price", "x",       "notes", "level", "id",
                                     "url",   "age",     "done",  "text",  "first_name"};
  const std::size_t kind = chance.below(depth > 3 ? 5 : 8);
  JsonObject out;
  switch (kind) {
    case 0: {
      out["type"] = "string";
      if (chance.below(3) == 0) out["minLength"] = chance.below(60);
      if (chance.below(3) == 0) out["maxLength"] = 60 + chance.below(60);
      if (chance.below(6) == 0)
        out["maxLength"] =
            out.contains("minLength") ? out["minLength"].to_number<std::int64_t>() : 3;
      if (chance.below(5) == 0) {
        static constexpr std::array kPatterns{"^[A-Z]{3}-\\d{4}$", "^(low|mid|high)$",
                                              "^#[0-9a-f]{6}$", "^v\\d+\\.\\d+$",
                                              "^[a-z]+(-[a-z]+)*$"};
        out = {{"type", "string"}, {"pattern", kPatterns[chance.below(kPatterns.size())]}};
      }
      return out;
    }
    case 1:
    case 2: {
      out["type"] = kind == 1 ? "integer" : "number";
      const auto low = static_cast<std::int64_t>(chance.below(2000)) - 1000;
      if (chance.below(2) == 0) out[chance.below(4) == 0 ? "exclusiveMinimum" : "minimum"] = low;
      if (chance.below(2) == 0)
        out[chance.below(4) == 0 ? "exclusiveMaximum" : "maximum"] =
            low + 10 + static_cast<std::int64_t>(chance.below(50));
      if (kind == 1 && chance.below(4) == 0) out["multipleOf"] = 5;
      return out;
    }
    case 3:
      return {{"type", "boolean"}};
    case 4: {
      JsonArray list{"red", 5, true, nullptr, 2.5};
      return {{"enum", std::move(list)}};
    }
    case 5: {
      JsonArray list;
      list.push_back(random_schema(chance, depth + 1));
      list.push_back(JsonObject{{"type", "null"}});
      return {{"anyOf", std::move(list)}};
    }
    case 6: {
      out["type"] = "array";
      out["items"] = random_schema(chance, depth + 1);
      if (chance.below(2) == 0) out["minItems"] = chance.below(6);
      if (chance.below(2) == 0) out["maxItems"] = 6 + chance.below(3);
      if (chance.below(4) == 0)
        out["maxItems"] = out.contains("minItems") ? out["minItems"].to_number<std::int64_t>() : 0;
      return out;
    }
    default: {
      out["type"] = "object";
      JsonObject properties;
      JsonArray required;
      const std::size_t count = chance.below(6);
      for (std::size_t i = 0; i < count; ++i) {
        const char* name = kNames[chance.below(kNames.size())];
        if (properties.contains(name)) continue;
        properties[name] = random_schema(chance, depth + 1);
        if (chance.below(2) == 0) required.emplace_back(name);
      }
      out["properties"] = std::move(properties);
      out["required"] = std::move(required);
      out["additionalProperties"] = false;
      return out;
    }
  }
}

TEST(DemoValues, AreValidForRandomSchemas) {
  Chance chance(20);
  for (int i = 0; i < 3000; ++i) {
    JsonObject schema = random_schema(chance, 0);
    const Json value = fill(
        schema, "Plan 3 trips to \"Kyoto\" for Clara, 12.5 km each, by 2026-04-02.", chance.next());
    const auto violations = schema::validate_json_schema(schema, value);
    ASSERT_TRUE(violations.empty()) << dump_json(Json(schema)) << "\n"
                                    << dump_json(value) << "\n"
                                    << schema::describe(violations);
  }
}

TEST(DemoValues, FitWhatFieldsAreCalled) {
  const Json value =
      fill(schema_of(
               R"({"type":"object","properties":{"title":{"type":"string"},"city":{"type":"string"},
      "traveller_name":{"type":"string"},"date":{"type":"string"},"days":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}}})"),
           "Plan a trip of 4 days to Kyoto for Clara on 2026-04-02");
  EXPECT_THAT(std::string(value.at("title").as_string()), HasSubstr("Trip"));
  EXPECT_EQ(value.at("city"), Json("Kyoto"));
  EXPECT_EQ(value.at("traveller_name"), Json("Clara"));
  EXPECT_EQ(value.at("date"), Json("2026-04-02"));
  EXPECT_EQ(value.at("days"), Json(4));
  EXPECT_GE(value.at("tags").as_array().size(), 1u);
}

TEST(DemoValues, AreTheSameWhateverCompilerBuiltIt) {
  const JsonObject schema =
      schema_of(R"({"type":"object","properties":{"on":{"type":"string","format":"date"}}})");
  EXPECT_EQ(fill(schema, "Plan a trip").at("on"), Json("2026-06-08"));
}

TEST(DemoValues, TakeTheChoiceTheConversationMentionsElseTheFirst) {
  const JsonObject schema =
      schema_of(R"({"type":"object","properties":{"mood":{"enum":["calm","busy"]}}})");
  EXPECT_EQ(fill(schema, "It was a busy day").at("mood"), Json("busy"));
  EXPECT_EQ(fill(schema, "It was a day").at("mood"), Json("calm"));
}

TEST(DemoValues, EndInRecursiveSchemas) {
  const JsonObject schema =
      schema_of(R"({"$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},
      "children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","children"]}},"$ref":"#/$defs/node"})");
  EXPECT_TRUE(fill(schema, "A tree").is_object());
}

TEST(DemoValues, FollowSimplePatterns) {
  Chance chance(3);
  for (const std::string pattern :
       {"^\\d{3}-[A-Z]{2}$", "^(a|bc)+$", "[^a-z ]x?", "^https?://[a-z]+\\.com/\\w*$", "^$",
        "^.{4,9}$", "^(?:ab){2,}c$"}) {
    for (int i = 0; i < 50; ++i) {
      const auto made = text_for_pattern(pattern, chance);
      ASSERT_TRUE(made) << pattern;
      EXPECT_TRUE(
          schema::validate_json_schema({{"type", "string"}, {"pattern", pattern}}, Json(*made))
              .empty())
          << pattern << " " << *made;
    }
  }
  for (const std::string pattern :
       {"(?=a)b", "\\bword", "(a)\\1", "[b-a]", "a{5", "(", "*", "a{3,1}", "a{9999999999}"}) {
    EXPECT_FALSE(text_for_pattern(pattern, chance)) << pattern;
  }
}

TEST(DemoValues, AreStreamedInSmallPieces) {
  Json request = *parse_json(
      R"({"messages":[{"role":"user","content":"Describe a bridge"}],"response_format":{"type":"json_schema",
      "json_schema":{"name":"r","schema":{"type":"object","properties":{"title":{"type":"string"},"summary":{"type":"string"}},"required":["title","summary"]}}}})");
  const Reply reply = demo_reply(request);
  std::string text;
  for (const std::string& chunk : reply.chunks) {
    EXPECT_LE(chunk.size(), 12u);
    text += chunk;
  }
  EXPECT_GT(reply.chunks.size(), 5u);
  EXPECT_THAT(text, HasSubstr("offline demo model"));
  EXPECT_TRUE(parse_json(text)->is_object());
  EXPECT_EQ(reply.finish_reason, "stop");
}

}  // namespace
}  // namespace tactus::llm::mock
