// What can go wrong, said once: a code of the language (docs/errors.md), a sentence, a place, a
// hint. Uses: nothing of ours. Values; safe to copy between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <tl/expected.hpp>

namespace tactus {

// The codes users meet, spelt `TAC-…` outside. `error_code_name` gives that spelling.
enum class ErrorCode : std::uint8_t {
  kSyntax,
  kNoMain,
  kValidation,
  kRequire,
  kPhase,
  kReserved,
  kOption,
  kJson,
  kInput,
  kOutputSchema,
  kGuard,
  kStateType,
  kAgentTurns,
  kAgentRequests,
  kAgentOutput,
  kAgentBusy,
  kStreamBusy,
  kYield,
  kToolNotFound,
  kToolArgs,
  kToolFailed,
  kToolTimeout,
  kToolRetries,
  kToolPlugin,
  kMcpConnect,
  kProviderAuth,
  kProviderRateLimit,
  kProviderUnavailable,
  kProviderNetwork,
  kProviderBadRequest,
  kProviderContext,
  kProviderStream,
  kProviderScript,
  kModelType,
  kModelHttp,
  kDependency,
  kNetworkDenied,
  kProcedureNotFound,
  kDepth,
  kCancelled,
  kHitlTimeout,
  kHitlOption,
  kHitlAnswered,
  kStage,
  kStepName,
  kReplayMismatch,
  kSourceChanged,
  kDeterminism,
  kRunNotFound,
  kRunBusy,
  kStorage,
  kCassetteMiss,
  kSandboxMemory,
  kSandboxCpu,
  kSandboxBytecode,
  kSandboxDenied,
  kFile,
  kBudget,
  kConfig,
  kLua,
  kInternal,
  kUsage,
  kLimitExceeded,
  kDisconnected,
  kPortInUse,
};

// "TAC-INPUT" for kInput. Never empty; points to static storage.
std::string_view error_code_name(ErrorCode code);

// The code with that spelling, or nothing.
std::optional<ErrorCode> error_code_from_name(std::string_view name);

// Where in a source file; lines and columns count from 1, 0 = unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // What failed, on which input. One sentence without the code.
  std::string hint;     // What to do next; empty = none.
  std::optional<Place> place;
  std::string path;  // Path inside a value ("state.items[3]"); empty = none.
  // More facts for the program, as the JSON text of an object ({"attempts": 3, "partial": "…"});
  // empty = none. They become members of the error object.
  std::string details = {};

  Error& with_hint(std::string text) & {
    hint = std::move(text);
    return *this;
  }
  Error&& with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
  Error&& at(Place where) && {
    place = std::move(where);
    return std::move(*this);
  }
  Error&& in(std::string value_path) && {
    path = std::move(value_path);
    return std::move(*this);
  }
  friend bool operator==(const Error&, const Error&) = default;
};

// "file:line: message [CODE]", the form errors print in; without a place, "message [CODE]".
std::string to_string(const Error& error);

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return tl::unexpected<Error>(std::move(error));
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace tactus

// A broken invariant of ours, never an input: logs and aborts, in every build type.
#define TACTUS_ASSERT(condition)          \
  (static_cast<bool>(condition) ? void(0) \
                                : ::tactus::assertion_failed(#condition, __FILE__, __LINE__))
