#include <algorithm>
#include <array>
#include <charconv>

#include <tactus/program/source_map.hpp>

namespace tactus::program {
namespace {

constexpr std::array<std::string_view, 36> kDeclarationFunctions = {"agent",
                                                                    "procedure",
                                                                    "model",
                                                                    "tool",
                                                                    "toolset",
                                                                    "prompt",
                                                                    "hitl",
                                                                    "stages",
                                                                    "specifications",
                                                                    "specification",
                                                                    "step",
                                                                    "mocks",
                                                                    "evaluation",
                                                                    "evaluations",
                                                                    "name",
                                                                    "version",
                                                                    "description",
                                                                    "author",
                                                                    "tags",
                                                                    "default_provider",
                                                                    "default_model",
                                                                    "return_prompt",
                                                                    "error_prompt",
                                                                    "status_prompt",
                                                                    "async",
                                                                    "max_depth",
                                                                    "max_turns",
                                                                    "contains",
                                                                    "equals",
                                                                    "matches",
                                                                    "matcher_matches",
                                                                    "last_n",
                                                                    "token_budget",
                                                                    "by_role",
                                                                    "limit_tool_results",
                                                                    "compose"};

// The last five are members of `filters`; a global of that name is the program's own.
constexpr std::size_t kFilterFunctions = 5;

bool is_filter_function(std::string_view name) {
  return std::find(kDeclarationFunctions.end() - kFilterFunctions, kDeclarationFunctions.end(),
                   name) != kDeclarationFunctions.end();
}

}  // namespace

bool is_declaration_function(std::string_view name) {
  const auto end = kDeclarationFunctions.end() - kFilterFunctions;
  return std::find(kDeclarationFunctions.begin(), end, name) != end;
}

TablePath parse_table_path(std::string_view text, std::size_t index_base) {
  TablePath path;
  while (!text.empty()) {
    if (text.front() == '.') text.remove_prefix(1);
    if (text.starts_with('[')) {
      const std::size_t close = text.find(']');
      if (close == std::string_view::npos) break;
      std::size_t index = 0;
      std::from_chars(text.data() + 1, text.data() + close, index);
      path.emplace_back(index + 1 - index_base);
      text.remove_prefix(close + 1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(".["), text.size());
    path.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return path;
}

SourceMap::SourceMap(std::string source) : source_(std::move(source)), tokens_(tokenize(source_)) {
  match_brackets();
  mark_blocks();
  find_calls();
  scan_top_level();
}

std::string_view SourceMap::text(std::size_t token) const {
  return token < tokens_.size() ? token_text(source_, tokens_[token]) : std::string_view();
}

bool SourceMap::is(std::size_t token, std::string_view symbol) const {
  return token < tokens_.size() && tokens_[token].kind != TokenKind::kString &&
         text(token) == symbol;
}

// `while` and `for` have no entry of their own: their `do` opens the block. What is left open, or
// closed without having been opened, matches itself.
void SourceMap::match_brackets() {
  closing_.resize(tokens_.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    closing_[i] = i;
    const TokenKind kind = tokens_[i].kind;
    if (kind != TokenKind::kSymbol && kind != TokenKind::kKeyword) continue;
    const std::string_view word = text(i);
    if (word == "(" || word == "{" || word == "[" || word == "function" || word == "if" ||
        word == "do" || word == "repeat") {
      open.push_back(i);
    } else if (word == ")" || word == "}" || word == "]" || word == "end" || word == "until") {
      if (open.empty()) continue;
      closing_[open.back()] = i;
      open.pop_back();
    }
  }
}

void SourceMap::mark_blocks() {
  // Where the number of open functions and blocks changes; one pass, however deep they nest.
  std::vector<int> functions(tokens_.size() + 1), blocks(tokens_.size() + 1);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].kind != TokenKind::kKeyword || closing_[i] == i) continue;
    ++blocks[i + 1];
    --blocks[closing_[i]];
    if (text(i) != "function") continue;
    ++functions[i + 1];
    --functions[closing_[i]];
  }
  in_function_.resize(tokens_.size());
  in_block_.resize(tokens_.size());
  int open_functions = 0, open_blocks = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    in_function_[i] = (open_functions += functions[i]) > 0;
    in_block_[i] = (open_blocks += blocks[i]) > 0;
  }
}

bool SourceMap::begins_arguments(std::size_t token) const {
  return tokens_[token].kind == TokenKind::kString || is(token, "(") || is(token, "{");
}

// `function a.b:c(` is a definition although a name is followed by a parenthesis.
bool SourceMap::is_function_header(std::size_t token) const {
  while (token > 0 &&
         (tokens_[token].kind == TokenKind::kName || is(token, ".") || is(token, ":"))) {
    --token;
  }
  return is(token, "function");
}

bool SourceMap::is_call(std::size_t token) const {
  if (token == 0 || !begins_arguments(token)) return false;
  if (tokens_[token - 1].kind == TokenKind::kName) return !is_function_header(token - 1);
  return is(token - 1, "]") || is(token - 1, ")");
}

// The token after all argument lists that follow each other from `token` on.
std::size_t SourceMap::end_of_arguments(std::size_t token) const {
  while (token < tokens_.size() && begins_arguments(token)) token = closing_[token] + 1;
  return std::min(token, tokens_.size() - 1);
}

void SourceMap::read_arguments(CallSite& call, std::size_t token) const {
  bool first = true;
  for (; token < call.end; token = closing_[token] + 1) {
    const bool list = is(token, "(");
    const std::size_t end = list ? closing_[token] : token + 1;
    for (std::size_t i = list ? token + 1 : token; i < end; i = closing_[i] + 1) {
      if (first) call.name = plain_string_value(source_, tokens_[i]);
      first = false;
      // Only a table that is an argument by itself: `f(a or {})` has no literal configuration.
      const bool alone = !list || is(i - 1, "(") || is(i - 1, ",");
      if (!call.table && alone && is(i, "{")) call.table = i;
    }
  }
}

void SourceMap::find_calls() {
  for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
    if (tokens_[i].kind != TokenKind::kName || !begins_arguments(i + 1)) continue;
    if (i > 0 && (is(i - 1, ".") || is(i - 1, ":"))) continue;
    const std::string_view function = text(i);
    const bool known = is_declaration_function(function) || function == "input" ||
                       function == "output" || function == "require";
    if (!known || is_function_header(i)) continue;
    CallSite call;
    call.function = std::string(function);
    call.begin = i;
    call.end = end_of_arguments(i + 1);
    call.in_function = in_function_[i];
    call.in_block = in_block_[i];
    read_arguments(call, i + 1);
    calls_.push_back(std::move(call));
  }
}

bool SourceMap::is_main(const CallSite& call) const {
  if (call.function != "procedure" || call.in_function) return false;
  // Without a literal name it is unnamed, or its name is not known before it runs.
  if (!call.name || *call.name == "main") return true;
  return call.begin >= 2 && is(call.begin - 1, "=") && is(call.begin - 2, "main") &&
         !(call.begin >= 3 && (is(call.begin - 3, "local") || is(call.begin - 3, ".")));
}

void SourceMap::scan_top_level() {
  for (const CallSite& call : calls_) declares_main_ = declares_main_ || is_main(call);
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (in_function_[i]) continue;
    const bool function_main =
        is(i, "function") && (is(i + 1, "main") || (is(i - 1, "=") && is(i - 2, "main")));
    if (function_main) plain_main_line_ = tokens_[i].line;
    if (is(i, "return") && !script_token_) script_token_ = i;
    if (!is_call(i)) continue;
    const std::string_view callee = text(i - 1);
    const bool member = i >= 2 && (is(i - 2, ".") || is(i - 2, ":"));
    const bool filter = member && i >= 3 && is(i - 3, "filters") && is_filter_function(callee);
    if (filter || (!member && is_declaration_function(callee))) {
      i = end_of_arguments(i) - 1;  // Its arguments belong to the declaration.
    } else if (!script_token_) {
      script_token_ = i - 1;
    }
  }
}

const CallSite* SourceMap::find_call(std::string_view function, int line,
                                     std::string_view name) const {
  const CallSite* on_line = nullptr;
  for (const CallSite& call : calls_) {
    if (call.function != function || tokens_[call.begin].line != line) continue;
    if (call.name && *call.name == name) return &call;
    if (!on_line) on_line = &call;
  }
  return on_line;
}

std::size_t SourceMap::end_of_value(std::size_t token, std::size_t limit) const {
  while (token < limit && !is(token, ",") && !is(token, ";")) token = closing_[token] + 1;
  return std::min(token, limit);
}

std::vector<SourceMap::Field> SourceMap::fields(std::size_t table) const {
  std::vector<Field> all;
  std::size_t position = 0;
  const std::size_t limit = closing_[table];
  for (std::size_t i = table + 1; i < limit;) {
    Field field;
    field.token = field.value = i;
    if (tokens_[i].kind == TokenKind::kName && is(i + 1, "=")) {
      field.step = std::string(text(i));
      field.value = i + 2;
    } else if (is(i, "[") && is(closing_[i] + 1, "=")) {
      field.step = plain_string_value(source_, tokens_[i + 1]).value_or(std::string());
      field.token = i + 1;
      field.value = closing_[i] + 2;
    } else {
      field.step = ++position;
    }
    field.end = end_of_value(field.value, limit);
    i = field.end + 1;
    all.push_back(std::move(field));
  }
  return all;
}

std::optional<Span> SourceMap::locate(std::size_t table, const TablePath& path) const {
  std::optional<Span> found;
  for (const TableStep& step : path) {
    if (!is(table, "{")) break;
    const std::vector<Field> all = fields(table);
    const auto field =
        std::find_if(all.begin(), all.end(), [&](const Field& f) { return f.step == step; });
    if (field == all.end()) break;
    found = span_of_token(field->token);
    table = field->value;
  }
  return found;
}

std::vector<std::string> SourceMap::keys(std::size_t table) const {
  std::vector<std::string> names;
  for (const Field& field : fields(table)) {
    if (const auto* name = std::get_if<std::string>(&field.step)) names.push_back(*name);
  }
  return names;
}

std::optional<std::size_t> SourceMap::nested_table(std::size_t table, std::string_view key) const {
  for (const Field& field : fields(table)) {
    const auto* name = std::get_if<std::string>(&field.step);
    if (name && *name == key && is(field.value, "{")) return field.value;
  }
  return std::nullopt;
}

Span SourceMap::span_of_token(std::size_t token) const {
  const Token& t = tokens_[token];
  return {t.line, column_of(source_, t.begin), t.end_line, column_of(source_, t.end)};
}

std::string_view SourceMap::text_of(std::size_t first_token, std::size_t end_token) const {
  if (first_token >= end_token) return {};
  const std::size_t begin = tokens_[first_token].begin;
  return std::string_view(source_).substr(begin, tokens_[end_token - 1].end - begin);
}

}  // namespace tactus::program
