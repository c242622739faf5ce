// What the terminal can do and how to write to it. Uses: nothing of ours.
#pragma once

#include <string>
#include <string_view>

namespace tactus::cli {

// Colours and cursor movement; all empty when the stream is no terminal, NO_COLOR is set or TERM is
// dumb.
struct Style {
  bool is_terminal = false;  // The stream can be redrawn in place.
  bool unicode = false;
  bool plain = false;  // Read, not looked at: nothing but text, in whole sentences.
  std::string_view bold, dim, red, yellow, green, cyan, reset, clear_line;
};

// For the file descriptor 1 or 2.
Style style_for(int descriptor);
// For a screen reader or a log, wherever it goes.
Style plain_style();

// Writes all of `text` at once; what cannot be written (a closed pipe) is dropped.
void write_to(int descriptor, std::string_view text);

// `text` without what could steer a terminal: escape sequences and control characters other than
// newline and tab.
std::string printable(std::string_view text);

}  // namespace tactus::cli
