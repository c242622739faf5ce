// Reads one JSON document as it arrives, in pieces of any size: each byte is looked at once, and
// nothing is kept but what is unfinished. Accepts what `parse_json` accepts. Pure. Uses: base.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::partial {

enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

// What a document is made of, in its order. Each function returns whether to go on; after false the
// scanner has stopped for good. Views live until the function returns.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  // A value begins: known by its first byte.
  virtual bool begin(Kind kind) = 0;
  // More of the string that is open: whole characters, escapes resolved, never empty.
  virtual bool text(std::string_view piece) = 0;
  // The name of the member that comes next in the object that is open.
  virtual bool key(std::string_view name) = 0;
  // The null, boolean or number that began is whole.
  virtual bool scalar(Json value) = 0;
  // The string, array or object that was opened last is closed.
  virtual bool end() = 0;
};

class JsonScanner {
 public:
  enum class State : std::uint8_t { kRunning, kComplete, kFailed, kStopped };

  // `events` must outlive the scanner.
  explicit JsonScanner(JsonEvents& events) : events_(events) {}

  // Takes bytes, which may end anywhere, also inside a character or an escape. Returns how many
  // were used: all, unless the document is complete (what follows it is not looked at), is no JSON
  // (the byte that shows it is not used), or `events` asked to stop.
  std::size_t push(std::string_view bytes);

  // No more bytes will come: ends a number that is the whole document. Anything else that is
  // unfinished stays kRunning.
  void finish();

  State state() const { return state_; }
  // Of kFailed: "expected ',' or '}' at byte 12", counted from 0.
  const std::string& error() const { return error_; }
  // Bytes used so far.
  std::size_t position() const { return position_; }

 private:
  // What may come next.
  enum class Expect : std::uint8_t {
    kValue,
    kValueOrEnd,  // After '['.
    kKey,
    kKeyOrEnd,  // After '{'.
    kColon,
    kCommaOrEnd,
    kString,
    kEscape,
    kUnicode,
    kLowSurrogate,  // The backslash of the second half …
    kLowEscape,     // … and its 'u'.
    kLiteral,
    kNumber
  };
  // Which part of a number comes last; the grammar of RFC 8259.
  enum class Digits : std::uint8_t {
    kMinus,
    kZero,
    kWhole,
    kPoint,
    kFraction,
    kE,
    kSign,
    kExponent
  };

  bool fail(std::string what);
  bool fail_at(std::size_t position, std::string what);
  bool step(char c);  // False: `c` was not used, or `state_` has changed.
  bool begin_value(char c);
  bool open(Kind kind, Expect next);
  bool close(Kind kind);
  bool after_value();
  bool settle(bool go_on);
  bool structural(char c);
  bool string_end();
  bool escape(char c);
  bool unicode(char c);
  bool emit(std::string_view piece);
  bool literal(char c);
  bool number(char c);
  bool end_number();
  std::size_t take_text(std::string_view bytes);
  std::size_t take_cut_character(std::string_view bytes);

  JsonEvents& events_;
  State state_ = State::kRunning;
  Expect expect_ = Expect::kValue;
  std::vector<Kind> open_;    // Arrays and objects.
  bool in_key_ = false;       // The string that is open names a member.
  std::string key_, number_;  // As far as they came.
  std::string cut_;           // The beginning of a character whose rest has not come.
  std::string_view literal_;
  std::size_t literal_done_ = 0;
  Digits digits_ = Digits::kMinus;
  unsigned code_unit_ = 0, high_surrogate_ = 0;
  int hex_digits_ = 0;
  std::size_t position_ = 0;
  std::string error_;
};

}  // namespace tactus::partial
