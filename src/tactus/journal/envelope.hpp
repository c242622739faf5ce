// How events are written as JSON: the envelope keys first, in the order of docs/events.md.
// Pure; no I/O. Uses: base.
#pragma once

#include <string>
#include <string_view>

#include <tactus/base/clock.hpp>
#include <tactus/journal/event.hpp>

namespace tactus::journal {

// The parts of a delta's JSON that are the same for all deltas of a stream, made once. Immutable.
struct DeltaEnvelope {
  std::string head;   // From `{` up to and with `"seq":`.
  std::string scope;  // From the comma after the timestamp up to and with `"chunk_text":`.
};
DeltaEnvelope make_delta_envelope(const RunIdentity& identity, const DeltaStream& stream);

// One delta, whole and in one line. `accumulated` is null in the delta profile. Texts: valid UTF-8.
std::string render_delta(const DeltaEnvelope& envelope, EventSeq seq, WallTime time,
                         std::string_view text, const std::string* accumulated);

// One event that is not a delta, in one line. Malformed UTF-8 in the body becomes U+FFFD, so that
// whatever a program put into its data, the log stays readable.
std::string render_event(const RunIdentity& identity, const Event& event, EventSeq seq,
                         WallTime time);

// A stream without its text, as it is stored; `parse_stream` is the inverse. Fails with kStorage.
std::string describe_stream(const DeltaStream& stream);
Result<DeltaStreamPtr> parse_stream(std::string_view description);

}  // namespace tactus::journal
