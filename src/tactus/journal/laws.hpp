// Checks a transcript of a run against the laws of docs/events.md. Every test transcript passes
// through it. Pure. Uses: base.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tactus::journal {

// kComplete: a whole run. kBeginning: one that was cut short (killed, or still running); what may
// come later is not missed.
enum class Transcript : std::uint8_t { kComplete, kBeginning };

// The findings, in the order of the events; none = every law holds. Each names the seq, the law and
// the event: "seq 5: law 2: before its agent_turn(started) (turn 't1') in agent_stream_chunk".
//
// `json_lines` is a log read from the start, whole or conflated, in either profile. Checked are
//  - the envelope: the five keys first and in order, one run, seq rising and only skipped by a
//  delta
//    (into which the skipped ones are merged), RFC 3339 timestamps, the turn scope of turn events;
//  - the laws under "Order", through all generations of a run. Of law 3, what a log alone can show:
//  a message stays within one
//    attempt, and `accumulated_text` is the chunks so far; compare `message_texts` (fold.hpp) with
//    what the model said for the rest. Of law 5, that `completed` has a finish reason that a
//    provider gives, and that what was truncated or failed is not `completed`.
std::vector<std::string> verify_laws(std::span<const std::string> json_lines,
                                     Transcript transcript = Transcript::kComplete);

}  // namespace tactus::journal
