// A JSON document while it arrives: the value so far, the changes to it by path, and whether it can
// still become valid. Each byte is looked at once (amortised), memory is linear in the text, and a
// push may end at any byte. Pure. Uses: base, schema.
//
// The document may stand in prose or in a code fence: it begins at the first `{` or `[` after which
// JSON follows, of the kind that the schema takes, and ends where that is closed. A schema that
// takes only texts, numbers and the like gets the whole reply, which must then be nothing else.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tactus/partial/checker.hpp>
#include <tactus/partial/json_scanner.hpp>

namespace tactus::partial {

// One change of the value (docs/events.md, `agent_output_delta`). Views live until the sink
// returns.
struct Delta {
  enum class Op : std::uint8_t { kSet, kAppend, kComplete } op = Op::kSet;
  std::string_view path;        // RFC 6901; "" is the whole.
  const Json* value = nullptr;  // kSet, kComplete: what is there now; null = unchanged.
  std::string_view text;        // kAppend: what the string got.
  std::optional<bool> valid;    // True once it is whole and fits, false: it can never; else open.
};
std::string_view op_name(Delta::Op op);

using DeltaSink = std::function<void(const Delta&)>;

class Document : private JsonEvents {
 public:
  enum class State : std::uint8_t {
    kBefore,    // Nothing of it has come, or nothing that is surely it.
    kOpen,      // Valid so far.
    kComplete,  // Whole, and it fits the rules. What still comes is not looked at.
    kInvalid    // No continuation makes it valid; see `violation`. Stays so.
  };

  // What may stand around the document. kNothing: the reply is JSON from its first byte, of any
  // kind.
  enum class Around : std::uint8_t { kProse, kNothing };

  explicit Document(std::shared_ptr<const Rules> rules, Around around = Around::kProse);
  ~Document() override;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // The next bytes of the reply. Everything in one push that concerns one string is one delta.
  void push(std::string_view bytes, const DeltaSink& sink);

  // The reply has ended: a number that is the whole document is whole now; a document that is not
  // there or not whole is a violation, without a delta.
  void finish(const DeltaSink& sink);

  State state() const { return state_; }
  // The last byte of it has come, valid or not.
  bool whole() const { return whole_; }
  // Nothing but blanks and the opening of a code fence stood before it.
  bool begins_the_reply() const { return begins_the_reply_; }
  // The value so far: strings, arrays and objects as soon as they are opened, other values and
  // names when they are whole. Null before it begins.
  const Json& value() const { return value_; }
  const std::optional<schema::Violation>& violation() const { return violation_; }

 private:
  bool begin(Kind kind) override;
  bool text(std::string_view piece) override;
  bool key(std::string_view name) override;
  bool scalar(Json value) override;
  bool end() override;

  // The bytes before the document. Returns how many of them there are.
  std::size_t skip(std::string_view bytes);
  bool may_begin(char c);
  void restart();
  std::size_t scan(std::string_view bytes);
  bool commit();
  void give_up(std::string message);
  bool tell(Delta::Op op, const Json* value, std::string_view text = {});
  bool tell_text();
  void enter();
  void leave();
  Json& put(Json value);
  boost::json::string* open_text() const;

  std::shared_ptr<const Rules> rules_;
  State state_ = State::kBefore;
  bool scanning_ = false;   // What may be the document has begun …
  bool committed_ = false;  // … and surely is it.
  bool whole_ = false;
  bool scalar_root_ = false;  // The reply is the document, from its first byte.
  bool begins_the_reply_ = false;
  std::string before_;  // The beginning of what stands before it.
  std::unique_ptr<JsonScanner> scanner_;
  std::unique_ptr<Checker> checker_;
  const DeltaSink* sink_ = nullptr;  // While a push is under way.

  Json value_;
  std::vector<Json*> open_;           // What is open, the root first. None moves while it is.
  std::vector<std::size_t> lengths_;  // Of `path_`, outside each value that has begun.
  std::string path_, key_;
  bool fresh_ = false;          // The string that is open has not been told.
  std::size_t told_bytes_ = 0;  // How much of it has.
  std::optional<schema::Violation> violation_;
};

}  // namespace tactus::partial
