#include <random>

#include <gtest/gtest.h>

#include <tactus/base/utf8.hpp>
#include <tactus/partial/document.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::partial {
namespace {

// Folds deltas as a viewer does that knows nothing but the paths.
class Fold {
 public:
  void apply(const Delta& delta) {
    ++deltas;
    states[std::string(delta.path)] =
        std::string(op_name(delta.op)) + (!delta.valid   ? ""
                                          : *delta.valid ? " valid"
                                                         : " invalid");
    if (delta.op == Delta::Op::kAppend) {
      text_bytes += delta.text.size();
      Json& target = at(delta.path);
      ASSERT_TRUE(target.is_string());
      target.get_string().append({delta.text.data(), delta.text.size()});
    } else if (delta.value) {
      at(delta.path) = *delta.value;
    }
  }
  Json value;
  std::map<std::string, std::string> states;
  std::size_t deltas = 0, text_bytes = 0;

 private:
  Json& at(std::string_view path) {
    Json* node = &value;
    while (!path.empty()) {
      path.remove_prefix(1);
      std::string token;
      for (; !path.empty() && path.front() != '/'; path.remove_prefix(1)) {
        const bool escaped = path.front() == '~';
        if (escaped) path.remove_prefix(1);
        token += !escaped ? path.front() : path.front() == '1' ? '/' : '~';
      }
      if (JsonArray* array = node->if_array()) {
        const std::size_t index = std::stoul(token);
        if (index == array->size()) array->emplace_back(nullptr);
        node = &array->at(index);
      } else {
        node = &node->as_object()[token];
      }
    }
    return *node;
  }
};

std::shared_ptr<const Rules> rules_of(std::string_view json_schema) {
  return Rules::compile(parse_json(json_schema)->get_object());
}

// What a prefix of a document says, found by looking at it again from its beginning: closed and
// open strings, arrays and objects; whole numbers, literals and names. Knows nothing of the module.
class Reference {
 public:
  explicit Reference(std::string_view text) : text_(text) {}
  std::optional<Json> value() {
    blanks();
    if (done()) return std::nullopt;
    const char c = text_[at_];
    if (c == '"') return Json(string().first);
    if (c == '[' || c == '{') return container(c == '[' ? ']' : '}');
    const std::size_t from = at_;
    while (!done() && text_.find_first_of(",]} \n", at_) != at_) ++at_;
    const std::string_view word = text_.substr(from, at_ - from);
    const bool literal = word == "true" || word == "false" || word == "null";
    if (done() && !literal) return std::nullopt;  // A number may go on.
    return parse_json(word).value();
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  void blanks() {
    while (!done() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  // The text, and whether it is closed.
  std::pair<std::string, bool> string() {
    std::size_t end = ++at_;
    std::size_t whole = end;  // Up to here nothing is cut.
    while (end < text_.size() && text_[end] != '"') {
      std::size_t length = 1;
      if (text_[end] == '\\') {
        const bool unicode = end + 1 < text_.size() && text_[end + 1] == 'u';
        const bool pair = unicode && end + 3 < text_.size() && (text_[end + 2] | 0x20) == 'd' &&
                          text_[end + 3] >= '8';
        length = pair ? 12 : unicode ? 6 : 2;
      }
      end = std::min(end + length, text_.size() + 1);
      if (end <= text_.size()) whole = end;
    }
    std::string_view raw = text_.substr(at_, whole - at_);
    const bool closed = end < text_.size();
    if (!closed) raw = raw.substr(0, complete_utf8_length(raw));
    at_ = closed ? end + 1 : text_.size();
    return {std::string(parse_json('"' + std::string(raw) + '"').value().get_string()), closed};
  }
  Json container(char close) {
    ++at_;
    Json result = close == ']' ? Json(JsonArray()) : Json(JsonObject());
    for (;;) {
      blanks();
      if (done()) return result;
      if (text_[at_] == close || text_[at_] == ',') {
        if (text_[at_++] == close) return result;
        continue;
      }
      std::string name;
      if (close == '}') {
        const auto [key, closed] = string();
        blanks();
        if (!closed || done()) return result;
        ++at_;  // The colon.
        name = key;
      }
      const std::optional<Json> child = value();
      if (!child) return result;
      if (close == ']') {
        result.get_array().push_back(*child);
      } else {
        result.get_object()[name] = *child;
      }
    }
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::string document() { return value(0, true); }
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  std::string blank() { return below(4) == 0 ? " " : below(20) == 0 ? "\n" : ""; }
  std::string text() {
    static const std::string kPieces[] = {
        "a", "word ", "ö", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\"", "~", "/", "€"};
    std::string out = "\"";
    for (unsigned i = below(6); i > 0; --i) out += kPieces[below(std::size(kPieces))];
    return out + '"';
  }
  std::string value(int depth, bool container) {
    const unsigned kind = container ? below(2) : below(depth > 4 ? 4 : 6) + (depth > 4 ? 2 : 0);
    if (kind < 2) {
      std::string out(1, kind == 0 ? '{' : '[');
      const unsigned count = below(5);
      for (unsigned i = 0; i < count; ++i) {
        if (i > 0) out += ',';
        out += blank();
        // Names differ: a member that comes twice is refused.
        if (kind == 0) out += "\"" + std::to_string(i) + text().substr(1) + blank() + ":" + blank();
        out += value(depth + 1, false) + blank();
      }
      return out + (kind == 0 ? '}' : ']');
    }
    if (kind == 2) return text();
    static const std::string kScalars[] = {"0", "-1", "12.5", "1e3", "true", "false", "null", "77"};
    return kScalars[below(std::size(kScalars))];
  }
  std::mt19937 random_;
};

TEST(Document, EveryPrefixOfRandomDocumentsSaysWhatTheReferenceSays) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    Generator generator(seed);
    const std::string text = generator.document();
    SCOPED_TRACE(text);
    Document document(rules_of("{}"));
    Fold fold;
    const DeltaSink sink = [&](const Delta& delta) { fold.apply(delta); };
    for (std::size_t length = 0; length < text.size();) {
      const std::size_t piece = std::min<std::size_t>(1 + generator.below(3), text.size() - length);
      document.push(std::string_view(text).substr(length, piece), sink);
      length += piece;
      if (document.state() == Document::State::kBefore) continue;
      const Json expected = Reference(std::string_view(text).substr(0, length)).value().value();
      ASSERT_EQ(dump_json(document.value()), dump_json(expected)) << "after " << length;
      ASSERT_EQ(dump_json(fold.value), dump_json(expected)) << "after " << length;
    }
    document.finish(sink);
    ASSERT_EQ(document.state(), Document::State::kComplete);
    EXPECT_EQ(dump_json(document.value()), dump_json(parse_json(text).value()));
    for (const auto& [path, state] : fold.states) EXPECT_EQ(state, "complete valid") << path;
  }
}

TEST(Document, APieceOfAStringIsOneDelta) {
  Document document(rules_of("{}"));
  std::string told;
  const DeltaSink sink = [&](const Delta& delta) {
    told += fmt::format("{} {} {}{}\n", op_name(delta.op), delta.path,
                        delta.value ? dump_json(*delta.value) : std::string(delta.text),
                        !delta.valid   ? ""
                        : *delta.valid ? " valid"
                                       : " invalid");
  };
  for (const char* piece : {R"({"city":"Par)", R"(is","pop":2)", R"(1,"a/b":["x"]})"})
    document.push(piece, sink);
  EXPECT_EQ(told,
            "set  {}\nset /city \"Par\"\nappend /city is\ncomplete /city  valid\n"
            "complete /pop 21 valid\nset /a~1b []\ncomplete /a~1b/0 \"x\" valid\n"
            "complete /a~1b  valid\ncomplete   valid\n");
}

TEST(Document, FiveMegabytesByteByByteCostOneDeltaEachAndNothingIsToldTwice) {
  constexpr std::size_t kBytes = 5u << 20;
  Document document(rules_of(R"({"type":"object","properties":{"text":{"type":"string",
                                 "maxLength":6000000}},"additionalProperties":false})"));
  Fold fold;
  std::size_t told = 0, deltas = 0;
  const DeltaSink sink = [&](const Delta& delta) {
    ++deltas;
    told += delta.text.size();
    if (delta.path == "/text" && delta.value) told += delta.value->get_string().size();
  };
  document.push(R"({"text":")", sink);
  for (std::size_t i = 0; i < kBytes; ++i) document.push("x", sink);
  document.push("\"}", sink);
  EXPECT_EQ(document.state(), Document::State::kComplete);
  EXPECT_EQ(told, kBytes);
  EXPECT_EQ(deltas, kBytes + 4);
}

struct Case {
  std::string schema, text, message;  // `text` ends with the byte at which it must be told.
};

TEST(Document, AViolationIsToldAtTheFirstByteAfterWhichNothingRepairsIt) {
  const Case cases[] = {
      {R"({"type":"object","properties":{"n":{"type":"integer"}}})", R"({"n":")",
       "n: expected integer, got string"},
      {R"({"properties":{"n":{"type":"integer"}}})", R"({"n":1.5,)",
       "n: expected integer, got number 1.5"},
      {R"({"additionalProperties":false,"properties":{"a":{}}})", R"({"a":1,"b")",
       "b: is not allowed"},
      {R"({"properties":{"c":{"enum":["red","green"]}}})", R"({"c":"rex)",
       "c: expected one of \"red\", \"green\""},
      {R"({"properties":{"c":{"enum":["red",5]}}})", R"({"c":[)",
       "c: expected one of \"red\", 5, got array"},
      {R"({"properties":{"s":{"maxLength":2}}})", R"({"s":"äöü)",
       "s: must have at most 2 characters"},
      {R"({"items":{"type":"string"},"maxItems":2})", R"(["a","b",")",
       "must have at most 2 elements"},
      {R"({"items":{"type":"string"}})", R"(["a",n)", "[1]: expected string, got null"},
      {R"({"required":["a","b"]})", R"({"a":1})", "b: is required"},
      {R"({"anyOf":[{"type":"array"},{"properties":{"k":{"const":1}}}]})", R"({"k":2,)",
       "fits none of the alternatives; the last to fail: k: expected one of 1, got integer 2"},
      {R"({"uniqueItems":true})", R"([1,1.0,)", "element 1 repeats an earlier one"},
      {R"({"maxProperties":1})", R"({"a":1,"b")", "must have at most 1 members"},
      {"{}", R"({"a":1,"a")", "member 'a' appears twice"},
      {"{}", R"({"a":1;)", "is not JSON: expected ',' or '}' at byte 6"},
      {"{}", R"({"a":tre)", "a: is not JSON: expected 'true' at byte 7"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.schema + " " + c.text);
    Document document(rules_of(c.schema));
    Fold fold;
    const DeltaSink sink = [&](const Delta& delta) { fold.apply(delta); };
    document.push(c.text.substr(0, c.text.size() - 1), sink);
    EXPECT_EQ(document.state(), Document::State::kOpen);
    EXPECT_FALSE(document.violation());
    document.push(c.text.substr(c.text.size() - 1), sink);
    ASSERT_EQ(document.state(), Document::State::kInvalid);
    EXPECT_EQ(schema::describe({*document.violation()}), c.message);
    EXPECT_TRUE(std::any_of(fold.states.begin(), fold.states.end(),
                            [](const auto& state) { return state.second.ends_with(" invalid"); }));
    const std::size_t before = fold.deltas;
    document.push("1]}", sink);
    EXPECT_EQ(fold.deltas, before);
  }
}

TEST(Document, StandsInProseAndFences) {
  struct Reply {
    std::string text;
    bool begins;
  };
  for (const Reply& reply : {Reply{"{\"a\":1}", true}, Reply{" \n{\"a\":1}\n", true},
                             Reply{"```json\n{\"a\":1}\n```", true},
                             Reply{"Here {it} is [1]:\n{\"a\":1} Anything {else}?", false},
                             Reply{"{{ {\"a\":1}", false}}) {
    SCOPED_TRACE(reply.text);
    Document document(rules_of(R"({"type":"object"})"));
    const DeltaSink sink = [](const Delta&) {};
    for (const char c : reply.text) document.push({&c, 1}, sink);
    document.finish(sink);
    ASSERT_EQ(document.state(), Document::State::kComplete);
    EXPECT_EQ(dump_json(document.value()), R"({"a":1})");
    EXPECT_EQ(document.begins_the_reply(), reply.begins);
  }
}

TEST(Document, AReplyThatStopsIsNeverComplete) {
  const std::string whole = R"(Sure: {"a":["x",{"b":12}],"c":true})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    Document document(rules_of("{}"));
    const DeltaSink sink = [](const Delta&) {};
    document.push(std::string_view(whole).substr(0, length), sink);
    document.finish(sink);
    EXPECT_EQ(document.state(), Document::State::kInvalid) << length;
    EXPECT_TRUE(document.violation());
  }
}

TEST(Document, ASchemaForTextsAndNumbersTakesTheWholeReply) {
  const DeltaSink sink = [](const Delta&) {};
  Document number(rules_of(R"({"type":"integer"})"));
  number.push("4", sink);
  number.push("2", sink);
  EXPECT_EQ(number.state(), Document::State::kOpen);
  number.finish(sink);
  EXPECT_EQ(number.state(), Document::State::kComplete);
  EXPECT_EQ(number.value(), Json(42));
  Document prose(rules_of(R"({"type":"string","enum":["a"]})"));
  prose.push("well", sink);
  EXPECT_EQ(prose.state(), Document::State::kInvalid);
}

// Whatever `validate` accepts must not be refused on the way: it converts and completes.
TEST(Document, WhatValidationForgivesIsForgivenWhileItArrives) {
  const auto schema =
      schema::parse_schema(parse_json(R"({"name":{"type":"string","required":true},"age":"integer",
                     "tags":{"type":"array","items":"string"},"home":{"type":"object","properties":
                     {"zip":"string"}},"level":{"type":"integer","default":1,"required":true},
                     "any":{"properties":{"x":"number"}},"t":"table"})")
                               .value(),
                           schema::Required::kOnlyIfSaid);
  ASSERT_TRUE(schema);
  const auto rules = Rules::compile(*schema);
  const char* texts[] = {
      R"({"name":"Ada","age":36.0,"more":{"x":[1]},"home":null,"level":null})",
      R"({"name":{"result":"Ada"},"age":{"result":{"result":3}},"tags":{},"home":[]})",
      R"({"name":"A","any":{"x":1},"t":[1],"home":{"zip":"1","y":2}})",
      R"({"name":"A","any":"text","t":{"a":1}})",
      R"({"name":null})",
      R"({"name":5})",
      R"({"name":"A","age":1.5})",
      R"({"name":"A","tags":[null]})",
      R"({"name":"A","tags":{"a":1}})",
      R"({"name":"A","home":[1]})",
      R"({"name":"A","any":{"x":"y"}})",
      R"({"name":{"results":"A"}})",
      R"({"name":{"result":"A","b":1}})",
      R"({"age":1})",
  };
  for (const char* text : texts) {
    SCOPED_TRACE(text);
    Document document(rules);
    document.push(text, [](const Delta&) {});
    Json value = parse_json(text).value();
    const auto violations = schema::validate(*schema, value, nullptr);
    EXPECT_EQ(document.state() == Document::State::kComplete, violations.empty())
        << schema::describe(violations);
    if (!violations.empty() && document.violation()) {
      EXPECT_EQ(document.violation()->path, violations.front().path);
    }
  }
}

TEST(Document, APlainJsonSchemaOfAnAgentForgivesWhatIsDroppedAndCompletedLater) {
  const auto schema =
      schema::parse_schema(parse_json(R"({"type":"object","properties":{"a":{"type":"string"},
                     "b":{"type":"integer","default":2}},"required":["a","b"],
                     "additionalProperties":false})")
                               .value(),
                           schema::Required::kOnlyIfSaid);
  ASSERT_TRUE(schema);
  const auto state_of = [&](std::string_view text) {
    Document document(Rules::compile(*schema));
    document.push(text, [](const Delta&) {});
    return document.state();
  };
  EXPECT_EQ(state_of(R"({"a":"x","extra":1})"), Document::State::kComplete);
  EXPECT_EQ(state_of(R"({"a":"x","b":null})"), Document::State::kComplete);
  EXPECT_EQ(state_of(R"({"b":1})"), Document::State::kInvalid);
  EXPECT_EQ(state_of(R"({"a":n)"), Document::State::kInvalid);
}

TEST(Document, ASchemaThatRefersToItselfWithoutEndIsRefused) {
  for (const char* schema : {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})",
                             R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},
                                 "b":{"$ref":"#/$defs/a"}}})"}) {
    Document document(rules_of(schema));
    document.push("{}", [](const Delta&) {});
    EXPECT_EQ(document.state(), Document::State::kInvalid) << schema;
  }
}

}  // namespace
}  // namespace tactus::partial
