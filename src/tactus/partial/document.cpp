#include <tactus/base/text.hpp>
#include <tactus/partial/document.hpp>

namespace tactus::partial {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::size_t kBeforeMax = 64;  // An opening fence is shorter.

void append_token(std::string& path, std::string_view name) {
  path += '/';
  for (const char c : name) {
    if (c == '~' || c == '/') {
      path += c == '~' ? "~0" : "~1";
    } else {
      path += c;
    }
  }
}

bool is_blank_or_fence(std::string_view text) {
  text = trim(text);
  if (!text.starts_with(kFence)) return text.empty();
  return text.find_first_of(" \n\t\r", kFence.size()) == std::string_view::npos;
}

}  // namespace

std::string_view op_name(Delta::Op op) {
  static constexpr std::string_view kNames[] = {"set", "append", "complete"};
  return kNames[static_cast<std::size_t>(op)];
}

Document::Document(std::shared_ptr<const Rules> rules, Around around) : rules_(std::move(rules)) {
  const Rule& root = rules_->root();
  scalar_root_ =
      around == Around::kNothing || (!root.admits(Kind::kObject) && !root.admits(Kind::kArray));
  restart();
}

Document::~Document() = default;

void Document::restart() {
  JsonEvents& events = *this;
  scanner_ = std::make_unique<JsonScanner>(events);
  checker_ = std::make_unique<Checker>(rules_);
  value_ = nullptr;
  open_.clear();
  lengths_.clear();
  path_.clear();
  scanning_ = false;
}

void Document::push(std::string_view bytes, const DeltaSink& sink) {
  sink_ = &sink;
  while (!bytes.empty() && (state_ == State::kBefore || state_ == State::kOpen)) {
    const std::size_t used = scanning_ ? scan(bytes) : skip(bytes);
    bytes.remove_prefix(used);
  }
  if (state_ == State::kOpen) tell_text();
  sink_ = nullptr;
}

void Document::finish(const DeltaSink& sink) {
  sink_ = &sink;
  if (scanning_ && state_ != State::kInvalid) scanner_->finish();
  if (scanner_->state() == JsonScanner::State::kComplete && state_ == State::kOpen)
    state_ = State::kComplete;
  if (state_ == State::kBefore || state_ == State::kOpen) {
    violation_ = schema::Violation{
        "", state_ == State::kBefore ? "the reply holds no JSON" : "the JSON ends too early"};
    state_ = State::kInvalid;
  }
  sink_ = nullptr;
}

// --- Finding it ---

bool Document::may_begin(char c) {
  const Rule& root = rules_->root();
  if (scalar_root_) return true;
  if (c == '{') return root.admits(Kind::kObject);
  if (c == '[') return root.admits(Kind::kArray) && !root.empty_array;
  if (!trim(before_).empty()) return false;
  scalar_root_ = (c == '"' && root.admits(Kind::kString)) ||
                 ((c == '-' || (c >= '0' && c <= '9')) && root.admits(Kind::kNumber));
  return scalar_root_;
}

std::size_t Document::skip(std::string_view bytes) {
  std::size_t length = 0;
  while (length < bytes.size() && !may_begin(bytes[length])) {
    if (before_.size() < kBeforeMax) before_ += bytes[length];
    ++length;
  }
  scanning_ = length < bytes.size();
  if (scanning_) begins_the_reply_ = before_.size() < kBeforeMax && is_blank_or_fence(before_);
  return length;
}

std::size_t Document::scan(std::string_view bytes) {
  const std::size_t used = scanner_->push(bytes);
  if (scanner_->state() == JsonScanner::State::kComplete) {
    state_ = State::kComplete;
  } else if (scanner_->state() == JsonScanner::State::kFailed) {
    if (committed_ || scalar_root_) {
      give_up("is not JSON: " + scanner_->error());
    } else {
      // A brace in prose. Its first byte must not be taken for the beginning again.
      before_.append(kBeforeMax, '.');
      restart();
    }
  }
  return used;
}

// From here on it is the document.
bool Document::commit() {
  if (committed_) return true;
  committed_ = true;
  state_ = State::kOpen;
  return open_.empty() || open_text() || tell(Delta::Op::kSet, &value_);
}

// --- What the scanner finds ---

bool Document::begin(Kind kind) {
  const bool is_root = lengths_.empty();
  if (!is_root && !commit()) return false;
  enter();
  checker_->begin(kind);
  if (is_root && kind != Kind::kArray && kind != Kind::kObject) commit();
  switch (kind) {
    case Kind::kArray:
    case Kind::kObject: {
      Json& value = put(kind == Kind::kArray ? Json(JsonArray()) : Json(JsonObject()));
      open_.push_back(&value);
      return is_root || tell(Delta::Op::kSet, &value);
    }
    case Kind::kString:
      open_.push_back(&put(""));
      fresh_ = true;
      told_bytes_ = 0;
      return !checker_->violation() || tell_text();
    default:
      return !checker_->violation() || tell(Delta::Op::kSet, nullptr);
  }
}

bool Document::text(std::string_view piece) {
  checker_->text(piece);
  open_text()->append({piece.data(), piece.size()});
  return !checker_->violation() || tell_text();
}

bool Document::key(std::string_view name) {
  if (!commit()) return false;
  key_ = name;
  if (open_.back()->get_object().contains(name)) {
    checker_->refuse(fmt::format("member '{}' appears twice", name));
  } else {
    checker_->key(name);
  }
  if (!checker_->violation()) return true;
  enter();
  return tell(Delta::Op::kSet, nullptr);
}

bool Document::scalar(Json value) {
  checker_->scalar(value);
  whole_ = open_.empty();
  const bool go_on = tell(Delta::Op::kComplete, &put(std::move(value)));
  leave();
  return go_on;
}

bool Document::end() {
  if (!commit()) return false;
  const Json& value = *open_.back();
  const bool untold = open_text() && fresh_;
  if (open_text() && !fresh_ && !tell_text()) return false;
  checker_->end(value);
  whole_ = open_.size() == 1;
  const bool go_on = tell(Delta::Op::kComplete, untold ? &value : nullptr);
  fresh_ = false;
  open_.pop_back();
  leave();
  return go_on;
}

// --- The value and where it grows ---

boost::json::string* Document::open_text() const {
  return open_.empty() ? nullptr : open_.back()->if_string();
}

// The path of the value that begins.
void Document::enter() {
  lengths_.push_back(path_.size());
  if (open_.empty()) return;
  if (const JsonArray* array = open_.back()->if_array()) {
    path_ += '/';
    path_ += std::to_string(array->size());
  } else {
    append_token(path_, key_);
  }
}

void Document::leave() {
  path_.resize(lengths_.back());
  lengths_.pop_back();
}

Json& Document::put(Json value) {
  if (open_.empty()) return value_ = std::move(value);
  if (JsonArray* array = open_.back()->if_array()) return array->emplace_back(std::move(value));
  JsonObject& object = open_.back()->get_object();
  return object.emplace(key_, std::move(value)).first->value();
}

// --- Telling ---

bool Document::tell(Delta::Op op, const Json* value, std::string_view text) {
  Delta delta;
  delta.op = op;
  delta.path = path_;
  delta.value = value;
  delta.text = text;
  if (op == Delta::Op::kComplete) delta.valid = true;
  if (checker_->violation()) {
    delta.valid = false;
    violation_ = checker_->violation();
    state_ = State::kInvalid;
  }
  (*sink_)(delta);
  return state_ != State::kInvalid;
}

// What the string that is open has got since it was told last.
bool Document::tell_text() {
  const boost::json::string* text = open_text();
  if (!text || (!fresh_ && text->size() == told_bytes_)) return true;
  const std::string_view news(text->data() + told_bytes_, text->size() - told_bytes_);
  told_bytes_ = text->size();
  if (!fresh_) return tell(Delta::Op::kAppend, nullptr, news);
  fresh_ = false;
  return tell(Delta::Op::kSet, open_.back());
}

void Document::give_up(std::string message) {
  checker_->refuse(std::move(message));
  // Text that has not been told carries the news; else the place alone does.
  if (tell_text()) tell(Delta::Op::kSet, nullptr);
}

}  // namespace tactus::partial
