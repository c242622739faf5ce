// A request to a human as lines of a terminal: how it is shown, and what typed lines mean. Pure.
// Uses: runtime (which answers are allowed).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {

// `text` in lines of at most `columns` characters, broken at spaces where there are any, each
// behind `indent`; its own line ends are kept. Ends with a line end.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns);

// One request. One thread.
class HumanPrompt {
 public:
  // `request`: the keys of a `hitl_request` event. `columns`: width of the terminal.
  HumanPrompt(Json request, Style style, std::size_t columns);

  // What is asked with everything that belongs to it; ends in the line that is typed on.
  std::string question() const;
  // The beginning of the line that is typed on.
  std::string asks() const;
  // Takes one typed line, without its end. Something: the answer, not yet checked against what came
  // meanwhile. Nothing: `reply` is to be shown, then the next line is read.
  std::optional<Json> take(std::string_view line, std::string& reply);
  // What to show when the answer was refused for `reason`; asks again.
  std::string refused(std::string_view reason);

 private:
  std::string head() const;
  std::string options_text() const;
  std::string context_text() const;
  std::optional<Json> take_input(std::string_view line) const;
  std::optional<Json> take_review(std::string_view line, std::string& reply);
  std::string label_of(std::string_view typed) const;

  Json request_;
  Style style_;
  std::size_t columns_;
  std::string type_;
  std::vector<std::string> labels_;
  std::string decision_;  // Of a review, while its feedback is typed.
};

}  // namespace tactus::cli
