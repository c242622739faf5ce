#include <algorithm>
#include <limits>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/cassette/nearest.hpp>

namespace tactus::llm::cassette {
namespace {

constexpr std::size_t kShownMax = 3;        // Differences in the message.
constexpr std::size_t kExcerptBytes = 60;   // Of a text that differs.
constexpr std::size_t kExcerptBefore = 20;  // Of it, before the difference.
constexpr std::size_t kPlaceWeight = 8;     // Of any difference, beside its size.

bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The part of `text` around the byte `at`.
std::string excerpt(std::string_view text, std::size_t at) {
  std::size_t from = at > kExcerptBefore ? at - kExcerptBefore : 0;
  while (from > 0 && from < text.size() && is_inside_character(text[from])) --from;
  const std::string_view rest = text.substr(std::min(from, text.size()));
  const std::string_view shown = truncate_utf8(rest, kExcerptBytes);
  std::string quoted;
  append_json_string(quoted, shown);
  return (from > 0 ? "…" : "") + quoted + (shown.size() < rest.size() ? "…" : "");
}

std::string shown(const Json& value, std::size_t at) {
  return value.is_string() ? excerpt(value.get_string(), at)
                           : std::string(truncate_utf8(dump_json(value), kExcerptBytes));
}

std::size_t first_difference(const Json& a, const Json& b) {
  if (!a.is_string() || !b.is_string()) return 0;
  const std::string_view left = a.get_string(), right = b.get_string();
  return static_cast<std::size_t>(
      std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first - left.begin());
}

// Between what both begin and end with; nothing for what is no text.
std::size_t changed_bytes(const Json& a, const Json& b) {
  if (!a.is_string() || !b.is_string()) return 0;
  std::string_view left = a.get_string(), right = b.get_string();
  const std::size_t same = first_difference(a, b);
  left.remove_prefix(same);
  right.remove_prefix(same);
  while (!left.empty() && !right.empty() && left.back() == right.back()) {
    left.remove_suffix(1);
    right.remove_suffix(1);
  }
  return std::max(left.size(), right.size());
}

bool are_named(const JsonArray& list) {
  return !list.empty() && std::all_of(list.begin(), list.end(), [](const Json& item) {
    return !string_member(item, "name").empty() && !find_member(item, "role");
  });
}

JsonObject by_name(const JsonArray& list) {
  JsonObject named;
  for (const Json& item : list) named[string_member(item, "name")] = item;
  return named;
}

// Collects differences, and weighs them in bytes: a long text that is missing counts more than a
// setting that has changed.
class Comparison {
 public:
  void compare(const Json& recorded, const Json& asked, const std::string& path) {
    if (recorded == asked) return;
    const JsonArray* old_list = recorded.if_array();
    const JsonArray* new_list = asked.if_array();
    if (old_list && new_list && are_named(*old_list) && are_named(*new_list)) {
      compare_members(by_name(*old_list), by_name(*new_list), path);
    } else if (old_list && new_list) {
      compare_lists(*old_list, *new_list, path);
    } else if (recorded.is_object() && asked.is_object()) {
      compare_members(recorded.get_object(), asked.get_object(), path);
    } else {
      const std::size_t at = first_difference(recorded, asked);
      add(fmt::format("{} is {}, recorded {}", path, shown(asked, at), shown(recorded, at)),
          changed_bytes(recorded, asked));
    }
  }

  std::vector<std::string> phrases;
  std::size_t weight = 0;

 private:
  void add(std::string phrase, std::size_t by) {
    phrases.push_back(std::move(phrase));
    weight += kPlaceWeight + by;
  }

  static std::size_t weight_of(const Json& value) { return dump_json(value).size(); }

  void compare_members(const JsonObject& recorded, const JsonObject& asked,
                       const std::string& path) {
    const auto path_of = [&](std::string_view key) {
      return path.empty() ? std::string(key) : path + "." + std::string(key);
    };
    for (const auto& member : recorded) {
      const Json* now = asked.if_contains(member.key());
      if (now) {
        compare(member.value(), *now, path_of(member.key()));
      } else {
        add(path_of(member.key()) + " is missing", weight_of(member.value()));
      }
    }
    for (const auto& member : asked) {
      if (!recorded.contains(member.key()))
        add(path_of(member.key()) + " is new: " + shown(member.value(), 0),
            weight_of(member.value()));
    }
  }

  void compare_lists(const JsonArray& recorded, const JsonArray& asked, const std::string& path) {
    const std::size_t both = std::min(recorded.size(), asked.size());
    for (std::size_t i = 0; i < both; ++i)
      compare(recorded[i], asked[i], fmt::format("{}[{}]", path, i + 1));
    for (std::size_t i = both; i < recorded.size(); ++i)
      add(fmt::format("{}[{}] is missing", path, i + 1), weight_of(recorded[i]));
    for (std::size_t i = both; i < asked.size(); ++i)
      add(fmt::format("{}[{}] is new: {}", path, i + 1, shown(asked[i], 0)), weight_of(asked[i]));
  }
};

Comparison compare(const net::RequestSubject& recorded, const net::RequestSubject& asked) {
  Comparison comparison;
  const auto whole = [](const net::RequestSubject& subject) {
    return JsonObject{{subject.kind == "model" ? "provider" : "peer", subject.peer}};
  };
  comparison.compare(Json(whole(recorded)), Json(whole(asked)), "");
  comparison.compare(recorded.asked, asked.asked, "");
  return comparison;
}

std::string name_of(const net::RequestSubject& subject) {
  const std::string_view model = string_member(subject.asked, "model");
  if (subject.kind == "model") return fmt::format("request to {} ({})", subject.peer, model);
  return fmt::format("{} request to {}", subject.kind == "mcp" ? "MCP" : "HTTP", subject.peer);
}

std::string message_for(const std::string& folder, std::span<const Library::Entry> entries,
                        const net::RequestSubject& subject, JsonObject& details) {
  const Library::Entry* nearest = nullptr;
  Comparison found;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const Library::Entry& entry : entries) {
    if (entry.subject.kind != subject.kind) continue;
    Comparison comparison = compare(entry.subject, subject);
    if (comparison.weight >= least) continue;
    least = comparison.weight;
    nearest = &entry;
    found = std::move(comparison);
  }
  std::string text = fmt::format("'{}' has no recording of this {}", folder, name_of(subject));
  if (!nearest) return text + ", and none that is like it";
  details["nearest"] = nearest->file;
  details["differences"] = JsonArray(found.phrases.begin(), found.phrases.end());
  const std::size_t count = std::min(found.phrases.size(), kShownMax);
  text += fmt::format("; compared with the nearest, {}: {}", nearest->file,
                      join(std::span(found.phrases).first(count), "; "));
  if (found.phrases.size() > count)
    text += fmt::format("; and {} more", found.phrases.size() - count);
  return text;
}

}  // namespace

std::vector<std::string> differences(const Json& recorded, const Json& asked) {
  Comparison comparison;
  comparison.compare(recorded, asked, "");
  return comparison.phrases;
}

Error miss(const std::string& folder, std::span<const Library::Entry> entries,
           const std::string& key, const net::RequestSubject& subject) {
  const auto known = std::count_if(entries.begin(), entries.end(),
                                   [&](const Library::Entry& entry) { return entry.key == key; });
  Error error;
  error.code = ErrorCode::kCassetteMiss;
  JsonObject details;
  if (known > 0) {
    error.message = fmt::format("'{}' has this {} {} time{}, and it is made once more", folder,
                                name_of(subject), known, known == 1 ? "" : "s");
    error.hint = "record again: the program makes it more often than when it was recorded";
  } else {
    error.message = message_for(folder, entries, subject, details);
    error.hint =
        "record again into another folder, or undo the change; where chance decides what is asked, "
        "record and replay with the same --seed";
  }
  if (!details.empty()) error.details = dump_json(Json(std::move(details)));
  return error;
}

}  // namespace tactus::llm::cassette
