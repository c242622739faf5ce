#include <array>

#include <tactus/program/syntax.hpp>

namespace tactus::program {
namespace {

// Equal words on one line that are tried, and the size of a source for which that is quick.
constexpr std::size_t kCandidatesMax = 32;
constexpr std::size_t kTriedBytesMax = std::size_t{256} << 10;

// What Lua says the error is near: "end" of "… near 'end'"; empty for the end of the file.
std::string near_of(const std::string& message) {
  const std::size_t begin = message.rfind(" near '");
  if (begin == std::string::npos || message.back() != '\'') return {};
  return message.substr(begin + 7, message.size() - begin - 8);
}

struct Advice {
  std::string_view near, after;  // The word, and the symbol right before it; empty = any.
  std::string_view hint;
};

// What people write who come from another language.
constexpr std::array<Advice, 15> kAdvice = {{
    {"=", "!", "Lua writes \"not equal\" as ~="},
    {"!", "", "Lua writes \"not equal\" as ~= and negation as `not`"},
    {"&", "&", "Lua writes \"and\" as `and`"},
    {"|", "|", "Lua writes \"or\" as `or`"},
    {"=", "+", "Lua has no +=; write x = x + 1"},
    {"+", "", "Lua has no ++ and no +=; write x = x + 1"},
    {"-", "", "Lua has no -=; write x = x - 1"},
    {"{", "", "Lua opens blocks with `then` or `do` and closes them with `end`"},
    {"=", "", "a comparison is written ==; an assignment is a statement of its own"},
    {"else", "", "check that the `if` before it is complete: if … then … else … end"},
    {":", "", "a key of a table is written `key = value`"},
    {"/", "", "comments begin with --"},
    {"//", "", "comments begin with --"},
    {")", "end", "is an `end` missing? Each function, if, for and while needs one of its own"},
    {"end", "", "there is an `end` too many, or something before it is incomplete"},
}};

// Tokens of `line` that read like what Lua names.
std::vector<std::size_t> candidates(const SourceMap& map, int line, const std::string& near) {
  std::vector<std::size_t> found;
  const std::vector<Token>& tokens = map.tokens();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool on_line = tokens[i].line <= line && line <= tokens[i].end_line;
    if (on_line && token_text(map.source(), tokens[i]).starts_with(near)) found.push_back(i);
    if (found.size() == kCandidatesMax) break;
  }
  return found;
}

// The first candidate at which the source is already wrong when it is cut right after it.
std::optional<std::size_t> offender(vm::Vm& vm, const SourceMap& map, const std::string& message,
                                    const std::vector<std::size_t>& found) {
  if (found.size() == 1) return found.front();
  if (map.source().size() > kTriedBytesMax) return std::nullopt;
  for (const std::size_t token : found) {
    const auto compiled = vm.compile(map.source().substr(0, map.tokens()[token].end), "syntax");
    if (!compiled && near_of(compiled.error().message) == near_of(message)) return token;
  }
  return std::nullopt;
}

std::string hint_for(const SourceMap& map, const std::string& message,
                     std::optional<std::size_t> token) {
  const std::string near = near_of(message);
  if (message.find("unfinished string") != std::string::npos) {
    return "close the text with the quote it began with; text over several lines goes in [[ … ]]";
  }
  if (message.find("unfinished long") != std::string::npos) return "close it with ]]";
  if (message.find("'}' expected") != std::string::npos) {
    return near.empty()
               ? "a `{` is never closed"
               : "is a comma missing before `" + near + "`? Fields are separated by commas";
  }
  if (message.find("'=' expected") != std::string::npos ||
      message.find("syntax error near") != std::string::npos) {
    for (const Advice& advice : kAdvice) {
      if (near == advice.near && advice.after.empty()) return std::string(advice.hint);
    }
    return "a statement is an assignment, a call, or begins with a keyword such as local, if, for";
  }
  const std::string_view before =
      token && *token > 0 ? token_text(map.source(), map.tokens()[*token - 1]) : std::string_view();
  for (const Advice& advice : kAdvice) {
    if (near == advice.near && (advice.after.empty() || advice.after == before)) {
      return std::string(advice.hint);
    }
  }
  if (message.find("'end' expected") != std::string::npos) {
    return "each function, if, for and while needs an `end` of its own";
  }
  if (message.find("')' expected") != std::string::npos) return "a `(` is never closed";
  if (message.find("'then' expected") != std::string::npos) return "if … then … end";
  if (message.find("'do' expected") != std::string::npos) return "for … do … end";
  if (!near.empty()) return "something is missing or too much right before `" + near + "`";
  if (message.ends_with("near <eof>")) return "the file ends before something is complete";
  return "Lua 5.4 does not allow this here";
}

}  // namespace

Finding syntax_finding(vm::Vm& vm, const std::string& source, const Error& error) {
  const SourceMap map(source);
  Finding finding;
  finding.code = error.code;
  finding.message = error.message;
  if (!error.place) {
    finding.hint = error.hint;
    return finding;
  }
  finding.line = error.place->line;
  const std::string near = near_of(error.message);
  std::optional<std::size_t> token;
  if (!near.empty()) {
    token = offender(vm, map, error.message, candidates(map, finding.line, near));
  } else if (error.message.find("unfinished") != std::string::npos && map.tokens().size() > 1) {
    token = map.tokens().size() - 2;  // A text that the end of the file cuts is the last token.
  }
  if (token) {
    const Span span = map.span_of_token(*token);
    finding.line = span.line;
    finding.column = span.column;
    finding.end_line = span.end_line;
    finding.end_column = span.end_column;
  }
  finding.hint = hint_for(map, error.message, token);
  return finding;
}

std::string compilable(const std::string& text) {
  std::string source = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  if (source.starts_with('#')) source.erase(0, std::min(source.find('\n'), source.size()));
  return source;
}

}  // namespace tactus::program
