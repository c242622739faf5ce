// Where things stand in a source file: calls, keys of literal tables, and what the top level does.
// Made from tokens, so it needs no execution and survives files with errors. Pure. Uses: lexer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tactus/program/lexer.hpp>

namespace tactus::program {

// A stretch of source. Lines and columns count from 1, the end is exclusive; 0 = unknown.
struct Span {
  int line = 0, column = 0, end_line = 0, end_column = 0;
};

// A call `f(…)`, `f "x"` or `f {…}` of a global function, or a chain `f "x" {…}` of them.
struct CallSite {
  std::string function;
  std::optional<std::string> name;   // The first argument if it is a literal string.
  std::size_t begin = 0, end = 0;    // Tokens of the whole chain, end exclusive.
  std::optional<std::size_t> table;  // Token of the `{` of its first table argument.
  bool in_function = false;          // Inside the body of a function, so not reached at load.
  bool in_block = false;             // Inside any block: reached perhaps, or several times.
};

// A step into a table: a key, or a position counting from 1.
using TableStep = std::variant<std::string, std::size_t>;
using TablePath = std::vector<TableStep>;

// The path "a.b[2]" of a value inside a table; `index_base` is what the first position is called.
TablePath parse_table_path(std::string_view text, std::size_t index_base);

class SourceMap {
 public:
  explicit SourceMap(std::string source);

  const std::string& source() const { return source_; }
  const std::vector<CallSite>& calls() const { return calls_; }

  // The call of `function` whose function name stands on `line`; among several the one with
  // `name`. Null when there is none.
  const CallSite* find_call(std::string_view function, int line, std::string_view name) const;

  // The place of the key (or of the value at a position) that `path` leads to in the literal table
  // opening at token `table`, or of the last step that is there; nothing when even the first is
  // not.
  std::optional<Span> locate(std::size_t table, const TablePath& path) const;

  // The keys of the literal table in the order they are written.
  std::vector<std::string> keys(std::size_t table) const;
  // The token of the `{` of the literal table that is the value of `key`.
  std::optional<std::size_t> nested_table(std::size_t table, std::string_view key) const;

  Span span_of_token(std::size_t token) const;
  std::string_view text_of(std::size_t first_token, std::size_t end_token) const;
  std::size_t closing(std::size_t opening_token) const { return closing_[opening_token]; }
  const std::vector<Token>& tokens() const { return tokens_; }

  // What decides between main and script mode (language.md 1.2); function bodies do not count.
  bool declares_main() const { return declares_main_; }
  bool has_script_code() const { return script_token_.has_value(); }
  // A plain `function main()`, which is not a procedure. 0 = none.
  int plain_main_line() const { return plain_main_line_; }

 private:
  struct Field {
    TableStep step;
    std::size_t token = 0;  // The key, or the first token of a value without one.
    std::size_t value = 0, end = 0;
  };

  std::string_view text(std::size_t token) const;
  bool is(std::size_t token, std::string_view symbol) const;
  void match_brackets();
  void mark_blocks();
  void find_calls();
  void scan_top_level();
  bool begins_arguments(std::size_t token) const;
  bool is_call(std::size_t token) const;
  bool is_function_header(std::size_t token) const;
  std::size_t end_of_arguments(std::size_t token) const;
  void read_arguments(CallSite& call, std::size_t token) const;
  bool is_main(const CallSite& call) const;
  std::vector<Field> fields(std::size_t table) const;
  std::size_t end_of_value(std::size_t token, std::size_t limit) const;

  std::string source_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> closing_;  // For an opening token, its closing one; otherwise itself.
  std::vector<bool> in_function_, in_block_;
  std::vector<CallSite> calls_;
  bool declares_main_ = false;
  std::optional<std::size_t> script_token_;
  int plain_main_line_ = 0;
};

// Whether `name` is one of the declaration functions of language.md 3.
bool is_declaration_function(std::string_view name);

}  // namespace tactus::program
