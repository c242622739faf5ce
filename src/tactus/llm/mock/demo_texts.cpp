// String values for schemas: by format, pattern, field name and conversation.
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_language.hpp>
#include <tactus/llm/mock/demo_values.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::array<std::string_view, 6> kPeople{"Ada Winter", "Noor Haddad",  "Jonas Berg",
                                                  "Mei Tanaka", "Clara Santos", "Tom Okafor"};
constexpr std::array<std::string_view, 6> kCities{"Lucerne", "Lisbon", "Kyoto",
                                                  "Bergen",  "Accra",  "Montreal"};
constexpr std::array<std::string_view, 6> kSentences{
    "A sample sentence about {T}.",
    "The next step for {T} is to try it on one small case.",
    "What matters about {K} is plain to see.",
    "It begins with {K} and ends with something to build on.",
    "Two views of {K} agree on the main point.",
    "Nothing here depends on luck."};

bool has(std::string_view name, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](auto part) { return name.find(part) != std::string_view::npos; });
}

std::string hex(Chance& chance, std::size_t digits) {
  std::string out;
  for (std::size_t i = 0; i < digits; ++i) out += "0123456789abcdef"[chance.below(16)];
  return out;
}

// The first ISO date in `text`, else a day of 2026 by chance.
std::string date(std::string_view text, Chance& chance) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  for (std::size_t i = 0; i + 10 <= text.size(); ++i) {
    if (digit(i) && digit(i + 1) && digit(i + 2) && digit(i + 3) && text[i + 4] == '-' &&
        digit(i + 5) && digit(i + 6) && text[i + 7] == '-' && digit(i + 8) && digit(i + 9)) {
      return std::string(text.substr(i, 10));
    }
  }
  const std::size_t month = 1 + chance.below(12);
  const std::size_t day = 1 + chance.below(28);
  return fmt::format("2026-{:02}-{:02}", month, day);
}

std::string by_format(std::string_view format, std::string_view said, std::string_view topic,
                      Chance& chance) {
  if (format == "date") return date(said, chance);
  if (format == "date-time") return date(said, chance) + "T09:30:00Z";
  if (format == "time") return "09:30:00Z";
  if (format == "duration") return "PT45M";
  if (format == "email") {
    const std::size_t at = said.find('@');
    if (at != std::string_view::npos && at > 0) {
      const std::size_t from = said.find_last_of(" \n\t<(\"", at);
      const std::size_t start = from == std::string_view::npos ? 0 : from + 1;
      std::string found(said.substr(start, said.find_first_of(" \n\t>),;\"", at) - start));
      while (found.ends_with('.')) found.pop_back();
      if (found.size() > 3 && !found.ends_with('@')) return found;
    }
    const std::vector<std::string> words = keywords(topic);
    return slug(words.empty() ? topic : words.front()) + "@example.com";
  }
  if (format == "uri" || format == "url" || format == "iri" || format == "uri-reference")
    return "https://example.com/" + slug(topic);
  if (format == "uuid") {
    return hex(chance, 8) + "-" + hex(chance, 4) + "-4" + hex(chance, 3) + "-a" + hex(chance, 3) +
           "-" + hex(chance, 12);
  }
  if (format == "hostname") return "www.example.com";
  if (format == "ipv4") return fmt::format("192.0.2.{}", 1 + chance.below(254));
  if (format == "ipv6") return "2001:db8::" + hex(chance, 3) + "1";
  return {};
}

}  // namespace

std::string ValueSource::sentence() {
  std::string out(kSentences[next_sentence_++ % kSentences.size()]);
  for (const auto& [slot, words] :
       {std::pair<std::string_view, std::string>{"{T}", topic_}, {"{K}", keywords_.front()}}) {
    if (const std::size_t at = out.find(slot); at != std::string::npos)
      out.replace(at, slot.size(), words);
  }
  return out;
}

std::string ValueSource::next_keyword() { return keywords_[next_keyword_++ % keywords_.size()]; }

std::string ValueSource::text_for_name(std::string_view given) {
  const std::string name = to_lower(given);
  const auto person = [&]() -> std::string {
    if (next_name_ < names_.size()) return names_[next_name_++];
    return std::string(kPeople[chance_.below(kPeople.size())]);
  };
  if (has(name, {"email", "mail"})) return by_format("email", said_, topic_, chance_);
  if (has(name, {"url", "link", "website", "href"}))
    return by_format("uri", said_, topic_, chance_);
  if (has(name, {"phone"})) return "+41 555 01 00";
  if (has(name, {"datetime", "timestamp", "created_at", "updated_at"}))
    return by_format("date-time", said_, topic_, chance_);
  if (has(name, {"date", "day", "deadline"})) return date(said_, chance_);
  if (name == "time" || has(name, {"_time"})) return "09:30";
  if (name == "id" || has(name, {"_id", "uuid", "slug", "key"})) return slug(topic_);
  if (has(name, {"title", "headline", "heading", "label"})) return title_case(topic_);
  if (has(name, {"city", "town", "place", "location", "destination", "capital"})) {
    return next_name_ < names_.size() ? names_[next_name_++]
                                      : std::string(kCities[chance_.below(kCities.size())]);
  }
  if (has(name, {"country"})) return "Switzerland";
  if (has(name, {"street", "address"})) return "12 Harbour Street";
  if (has(name, {"zip", "postal"})) return "6003";
  if (has(name, {"currency"})) return "EUR";
  if (has(name, {"language", "lang", "locale"})) return "en";
  if (has(name, {"color", "colour"})) return "blue";
  if (has(name, {"unit"})) return "m";
  if (has(name, {"status", "state"})) return "ready";
  if (has(name, {"sentiment", "mood", "tone"}))
    return mentions_any(said_, {"bad", "sad", "angry", "broken", "worse", "hate"}) ? "negative"
                                                                                   : "positive";
  if (has(name, {"priority", "severity", "difficulty", "level"})) return "medium";
  if (has(name, {"code", "script", "lua"})) return "return \"" + slug(topic_) + "\"";
  if (has(name, {"first_name", "firstname"})) return person().substr(0, person().find(' '));
  if (has(name,
          {"author", "person", "user", "customer", "character", "speaker", "owner", "name"})) {
    // Names of things are made of the subject, names of people of the people.
    const bool thing =
        has(name, {"file", "project", "product", "tool", "class", "function", "table", "column"});
    return thing ? slug(topic_) : person();
  }
  if (has(name, {"tag", "keyword", "topic", "category", "genre", "theme", "item", "label", "entity",
                 "word"}))
    return next_keyword();
  if (has(name, {"query", "question", "search", "expression", "prompt", "task", "instruction",
                 "request"})) {
    const std::string_view first_line =
        trim(std::string_view(conversation_.prompt).substr(0, conversation_.prompt.find('\n')));
    if (name.find("query") == std::string::npos && name.find("search") == std::string::npos &&
        !first_line.empty()) {
      return std::string(truncate_utf8(first_line, 200));
    }
    return topic_;
  }
  if (has(name, {"text", "content", "body", "message", "input", "note", "passage", "document",
                 "draft"})) {
    if (std::string given_text = material(conversation_.prompt); !given_text.empty())
      return given_text;
    if (fill_ == Fill::kOnlyWhatIsSaid && !conversation_.prompt.empty())
      return conversation_.prompt;
    return sentence() + " " + sentence();
  }
  if (has(name, {"summary", "description", "abstract", "overview", "explanation", "answer",
                 "response", "report", "story", "result"})) {
    std::string out = sentence();
    const std::vector<std::string> given_text = sentences(material(conversation_.prompt));
    if (!given_text.empty()) out = given_text.front();
    return out + " Sample text by Tactus’ offline demo model.";
  }
  if (has(name, {"reason", "rationale", "comment", "step", "point", "idea", "fact", "finding",
                 "action", "line", "tip", "detail", "next"})) {
    return sentence();
  }
  return fill_ == Fill::kOnlyWhatIsSaid ? topic_ : next_keyword();
}

std::string ValueSource::fit_length(const JsonObject& schema, std::string text) {
  const auto limit = [&](std::string_view key) -> std::optional<std::size_t> {
    const Json* member = schema.if_contains(key);
    if (!member || !member->is_number()) return std::nullopt;
    return static_cast<std::size_t>(std::max(0.0, member->to_number<double>()));
  };
  if (const auto length_min = limit("minLength")) {
    const std::size_t wanted = std::min<std::size_t>(*length_min, 1 << 20);
    while (utf8_length(text) < wanted) text += text.empty() ? sentence() : " " + sentence();
  }
  if (const auto length_max = limit("maxLength"); length_max && utf8_length(text) > *length_max) {
    std::size_t bytes = 0;
    for (std::size_t characters = 0; bytes < text.size(); ++bytes) {
      if ((static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) continue;
      if (characters++ == *length_max) break;
    }
    text.resize(bytes);
    // Rather a whole word less than half a word more, if the minimum allows it.
    const std::size_t blank = text.rfind(' ');
    if (blank != std::string::npos && blank > text.size() / 2 && !limit("minLength"))
      text.resize(blank);
  }
  return text;
}

std::string ValueSource::text(const JsonObject& schema, std::string_view name) {
  const std::string format(string_member(Json(schema), "format"));
  const Json* pattern = schema.if_contains("pattern");
  if (pattern && pattern->is_string()) {
    if (auto made = text_for_pattern(std::string(pattern->get_string()), chance_)) {
      // Lengths apply as well: a few draws find one that fits, if there is any.
      for (int tries = 0; tries < 64 && fit_length(schema, *made) != *made; ++tries) {
        made = text_for_pattern(std::string(pattern->get_string()), chance_);
      }
      return *made;
    }
  }
  if (std::string made = by_format(format, said_, topic_, chance_); !made.empty()) return made;
  if (std::string said = mention(said_, name); !said.empty() && !name.empty())
    return fit_length(schema, std::move(said));
  if (fill_ == Fill::kOnlyWhatIsSaid && next_quoted_ < quoted_.size())
    return fit_length(schema, quoted_[next_quoted_++]);
  if (fill_ == Fill::kOnlyWhatIsSaid) {
    if (const Json* fallback = schema.if_contains("default"); fallback && fallback->is_string()) {
      return fit_length(schema, std::string(fallback->get_string()));
    }
  }
  return fit_length(schema, text_for_name(name));
}

}  // namespace tactus::llm::mock
