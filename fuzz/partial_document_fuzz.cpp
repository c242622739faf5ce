// The first byte chooses a schema, the second seeds how the rest is cut. Every cut must come to the
// verdict of the whole text; a whole document must be what the plain parser reads, and what it is
// refused for, the whole validator refuses.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <tactus/partial/document.hpp>

namespace {

using tactus::partial::Delta;
using tactus::partial::Document;
using tactus::partial::Rules;

const tactus::JsonObject& schema_at(std::size_t index) {
  static const auto parse = [](std::string_view text) {
    return tactus::parse_json(text).value().get_object();
  };
  static const tactus::JsonObject schemas[] = {
      parse("{}"),
      parse(R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"enum":["x","xyz",1]},
                "c":{"$ref":"#"}},"required":["a"],"additionalProperties":false})"),
      parse(R"({"anyOf":[{"type":"array","items":{"type":"string","maxLength":3},"maxItems":3},
                {"not":{"required":["a"]}},{"oneOf":[{"minProperties":1},{"maxProperties":2}]}]})"),
      parse(R"({"items":{"$ref":"#"},"uniqueItems":true,"patternProperties":{"^a":false}})"),
  };
  return schemas[index % std::size(schemas)];
}

struct Outcome {
  Document::State state;
  std::string value, violation;
  bool operator==(const Outcome&) const = default;
};

template <typename NextSize>
Outcome read(const std::shared_ptr<const Rules>& rules, std::string_view text, NextSize next_size) {
  Document document(rules, Document::Around::kNothing);
  const tactus::partial::DeltaSink sink = [](const Delta&) {};
  while (!text.empty()) {
    const std::string_view chunk = text.substr(0, next_size());
    text.remove_prefix(chunk.size());
    document.push(chunk, sink);
  }
  document.finish(sink);
  const auto& violation = document.violation();
  return {document.state(), tactus::dump_json(document.value()),
          violation ? violation->path + ": " + violation->message : ""};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const tactus::JsonObject& schema = schema_at(data[0]);
  const auto rules = Rules::compile(schema);
  const Outcome whole = read(rules, text, [&] { return text.size(); });
  std::uint32_t seed = data[1];
  const Outcome cut = read(rules, text, [&] {
    seed = seed * 1664525u + 1013904223u;
    return std::size_t{1} + (seed >> 16) % 4;
  });
  // In pieces a string may have been told, and so be there, before what follows is found wrong.
  if (whole.state != cut.state || whole.violation != cut.violation) std::abort();
  const bool complete = whole.state == Document::State::kComplete;
  if (complete && whole.value != cut.value) std::abort();
  const auto parsed = tactus::parse_json(text);
  if (!parsed) return 0;
  const bool fits = tactus::schema::validate_json_schema(schema, *parsed).empty();
  const bool twice = whole.violation.find("appears twice") != std::string::npos;
  if (complete != fits && !twice) std::abort();
  if (complete && whole.value != tactus::dump_json(*parsed)) std::abort();
  return 0;
}
