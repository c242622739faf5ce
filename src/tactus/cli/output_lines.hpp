// A structured output in the terminal while it arrives: one line a field, texts growing in place.
//
//     title: A calm week
//     days: 3
//     tags:
//       - temples
//
// Pure. Uses: base.
#pragma once

#include <set>
#include <string>

#include <tactus/base/json.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {

class OutputLines {
 public:
  explicit OutputLines(Style style) : style_(style) {}

  // What an `agent_output_delta` adds. Begins a line of its own unless it continues the text that
  // was shown last.
  std::string show(const Json& event);
  // Whether that begins a line.
  bool begins_line(const Json& event) const;
  // Whether the line is still open: text may follow.
  bool open() const { return open_; }
  // Something else was printed: the text goes on in a line of its own.
  void interrupt() { open_ = false; }
  // Whether anything of the output was shown since this was asked last.
  bool take_shown();

 private:
  std::string label(std::string_view path) const;
  std::string text(std::string_view piece, std::string_view path) const;

  Style style_;
  std::set<std::string, std::less<>> lists_;  // Paths of arrays.
  bool open_ = false;
  bool shown_ = false;
};

}  // namespace tactus::cli
