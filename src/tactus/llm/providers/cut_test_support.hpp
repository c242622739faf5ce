// Reads a body whole and cut in two at every byte, for tests of stream decoders.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tactus/llm/providers/decoder_test_support.hpp>

namespace tactus::llm::testing {

using Lines = std::vector<std::string>;

struct Reading {
  Lines events;
  bool complete = false;
  bool ended = false;  // Before the end of the body was known.
  std::string failure;
  friend bool operator==(const Reading&, const Reading&) = default;
};

using MakeDecoder = std::function<std::unique_ptr<StreamDecoder>()>;

inline Reading read_chunks(const MakeDecoder& make, const std::vector<std::string_view>& chunks) {
  const std::unique_ptr<StreamDecoder> decoder = make();
  Reading reading;
  const auto take = [&](const Result<std::vector<ModelEvent>>& events) {
    if (!events) {
      reading.failure = events.error().message;
      return false;
    }
    for (const ModelEvent& event : *events) reading.events.push_back(std::visit(Show(), event));
    return true;
  };
  bool readable = true;
  for (const std::string_view chunk : chunks) readable = readable && take(decoder->push(chunk));
  reading.ended = decoder->ended();
  take(decoder->finish());
  reading.complete = decoder->complete();
  return reading;
}

// The reading of the whole; that of the bytes cut anywhere must be the same.
inline Reading read_body(const MakeDecoder& make, std::string_view body) {
  const Reading whole = read_chunks(make, {body});
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    EXPECT_EQ(read_chunks(make, {body.substr(0, cut), body.substr(cut)}), whole)
        << "cut at byte " << cut;
  }
  return whole;
}

}  // namespace tactus::llm::testing
