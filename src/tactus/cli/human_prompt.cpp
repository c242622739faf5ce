#include <charconv>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/cli/human_prompt.hpp>
#include <tactus/runtime/human.hpp>

namespace tactus::cli {
namespace {

constexpr std::string_view kIndent = "  ";

// The bytes of the first `characters` characters of valid UTF-8.
std::size_t prefix_bytes(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins && characters-- == 0) break;
  }
  return at;
}

// The bytes of one line's worth of `line`.
std::size_t line_bytes(std::string_view line, std::size_t width) {
  const std::size_t fits = prefix_bytes(line, width);
  if (fits >= line.size() || line[fits] == ' ') return fits;
  const std::size_t space = line.substr(0, fits).rfind(' ');
  const bool only_indent = space == std::string_view::npos || line.find_first_not_of(' ') > space;
  return only_indent ? fits : space;
}

std::string text_of(const Json& value) {
  return printable(value.is_string() ? std::string_view(value.get_string())
                                     : std::string_view(dump_json(value, JsonForm::kPretty)));
}

std::string_view title_of(std::string_view type) {
  if (type == "approval") return "Approval";
  if (type == "input") return "Input";
  return type == "review" ? "Review" : "Escalation";
}

}  // namespace

std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns) {
  constexpr std::size_t kNarrowest = 20;
  const std::size_t width = std::max(columns, indent.size() + kNarrowest) - indent.size();
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    do {
      const std::size_t bytes = line_bytes(line, width);
      out.append(indent).append(line.substr(0, bytes)).append("\n");
      line.remove_prefix(bytes);
      if (line.starts_with(' ')) line.remove_prefix(1);
    } while (!line.empty());
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

HumanPrompt::HumanPrompt(Json request, Style style, std::size_t columns)
    : request_(std::move(request)),
      style_(style),
      columns_(columns),
      type_(string_member(request_, "request_type")) {
  const Json* options = find_member(request_, "options");
  if (type_ == "approval" || !options || !options->is_array()) return;
  for (const Json& option : options->get_array())
    labels_.emplace_back(string_member(option, "label"));
}

std::string HumanPrompt::question() const { return head() + options_text() + asks(); }

std::string HumanPrompt::head() const {
  std::string out =
      fmt::format("\n{}{}? {}{}", style_.bold, style_.yellow, title_of(type_), style_.reset);
  out += fmt::format(" {}{}", style_.dim, printable(string_member(request_, "request_id")));
  if (const std::string_view severity = string_member(request_, "severity"); !severity.empty())
    out += ", severity " + printable(severity);
  if (const std::string_view until = string_member(request_, "expires_at"); !until.empty())
    out += ", until " + printable(until);
  out += std::string(style_.reset) + "\n";
  out += wrapped(printable(string_member(request_, "message")), kIndent, columns_);
  out += context_text();
  if (const Json* artifact = find_member(request_, "artifact"); artifact && !artifact->is_null()) {
    out +=
        fmt::format("{}{}{}:{}\n", kIndent, style_.bold,
                    printable(string_member(request_, "artifact_type", "artifact")), style_.reset);
    out += wrapped(text_of(*artifact), "    ", columns_);
  }
  return out;
}

std::string HumanPrompt::context_text() const {
  const Json* context = find_member(request_, "context");
  if (!context || context->is_null()) return {};
  std::string text;
  if (context->is_object()) {
    for (const auto& member : context->get_object())
      text += printable(member.key()) + ": " + text_of(member.value()) + "\n";
  } else {
    text = text_of(*context);
  }
  if (trim(text).empty()) return {};
  return std::string(style_.dim) + wrapped(trim(text), "    ", columns_) +
         std::string(style_.reset);
}

std::string HumanPrompt::options_text() const {
  std::string out;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const Json& option = request_.at("options").at(i);
    const bool cancels = string_member(option, "type") == "cancel";
    out += fmt::format("{}{}{}){} {}\n", kIndent, cancels ? style_.red : style_.green, i + 1,
                       style_.reset, printable(labels_[i]));
  }
  return out;
}

std::string HumanPrompt::asks() const {
  std::string what;
  if (!decision_.empty()) {
    what = "feedback (Enter for none)";
  } else if (type_ == "approval") {
    what = "approve? (y/n)";
  } else if (type_ == "escalation") {
    what = "what was done (Enter when it is settled)";
  } else {
    const std::string_view type = string_member(request_, "input_type", "text");
    what = !labels_.empty() ? fmt::format("choose (1-{} or a label)", labels_.size())
           : type == "text" ? "answer"
                            : fmt::format("answer ({})", type);
    if (type_ == "input") {
      if (const std::string_view hint = string_member(request_, "placeholder"); !hint.empty())
        what += fmt::format(", e.g. {}", printable(hint));
      if (const Json* fallback = find_member(request_, "default"); fallback && !fallback->is_null())
        what += fmt::format(" [{}]",
                            printable(fallback->is_string() ? std::string(fallback->get_string())
                                                            : dump_json(*fallback)));
    }
  }
  return fmt::format("{}{}{}>{} ", what, style_.bold, style_.cyan, style_.reset);
}

std::optional<Json> HumanPrompt::take(std::string_view line, std::string& reply) {
  const std::string typed = repair_utf8(trim(line));
  std::optional<Json> value;
  if (type_ == "review") {
    value = take_review(typed, reply);
    if (!value) return std::nullopt;
  } else if (type_ == "input") {
    value = take_input(typed);
  } else {
    value = Json(typed);
  }
  const auto checked = runtime::check_answer(request_, *value);
  if (checked) return value;
  std::string reason = checked.error().message;
  if (!checked.error().hint.empty()) reason += "; " + checked.error().hint;
  reply = refused(reason);
  return std::nullopt;
}

std::string HumanPrompt::refused(std::string_view reason) {
  decision_.clear();
  return fmt::format("{}{}{}\n{}", style_.red, printable(reason), style_.reset, asks());
}

std::optional<Json> HumanPrompt::take_input(std::string_view line) const {
  if (line.empty()) {
    const Json* fallback = find_member(request_, "default");
    return fallback ? *fallback : Json("");
  }
  return Json(labels_.empty() ? std::string(line) : label_of(line));
}

std::optional<Json> HumanPrompt::take_review(std::string_view line, std::string& reply) {
  if (!decision_.empty()) {
    JsonObject answer{{"decision", decision_}};
    if (!line.empty()) answer["feedback"] = line;
    decision_.clear();
    return Json(std::move(answer));
  }
  // A whole answer as JSON, for an artifact that was edited.
  if (line.starts_with('{')) {
    if (auto parsed = parse_json(line)) return std::move(*parsed);
  }
  const std::string label = label_of(line);
  const auto checked = runtime::check_answer(request_, Json(label));
  if (!checked) return Json(label);  // Refused by the caller, with the reason.
  decision_ = label;
  reply = asks();
  return std::nullopt;
}

// The label that was meant: itself in any case of letters, or its number.
std::string HumanPrompt::label_of(std::string_view typed) const {
  for (const std::string& label : labels_) {
    if (label == typed) return label;
  }
  for (const std::string& label : labels_) {
    if (to_lower(label) == to_lower(typed)) return label;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  if (error == std::errc{} && end == typed.data() + typed.size() && number >= 1 &&
      number <= labels_.size())
    return labels_[number - 1];
  return std::string(typed);
}

}  // namespace tactus::cli
