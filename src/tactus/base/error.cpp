#include <array>
#include <cstdio>
#include <cstdlib>

#include <tactus/base/error.hpp>

namespace tactus {
namespace {

struct Name {
  ErrorCode code;
  std::string_view text;
};

constexpr std::array kNames = {
    Name{ErrorCode::kSyntax, "TAC-SYNTAX"},
    Name{ErrorCode::kNoMain, "TAC-NO-MAIN"},
    Name{ErrorCode::kValidation, "TAC-VALIDATION"},
    Name{ErrorCode::kRequire, "TAC-REQUIRE"},
    Name{ErrorCode::kPhase, "TAC-PHASE"},
    Name{ErrorCode::kReserved, "TAC-RESERVED"},
    Name{ErrorCode::kOption, "TAC-OPTION"},
    Name{ErrorCode::kJson, "TAC-JSON"},
    Name{ErrorCode::kInput, "TAC-INPUT"},
    Name{ErrorCode::kOutputSchema, "TAC-OUTPUT-SCHEMA"},
    Name{ErrorCode::kGuard, "TAC-GUARD"},
    Name{ErrorCode::kStateType, "TAC-STATE-TYPE"},
    Name{ErrorCode::kAgentTurns, "TAC-AGENT-TURNS"},
    Name{ErrorCode::kAgentRequests, "TAC-AGENT-REQUESTS"},
    Name{ErrorCode::kAgentOutput, "TAC-AGENT-OUTPUT"},
    Name{ErrorCode::kAgentBusy, "TAC-AGENT-BUSY"},
    Name{ErrorCode::kStreamBusy, "TAC-STREAM-BUSY"},
    Name{ErrorCode::kYield, "TAC-YIELD"},
    Name{ErrorCode::kToolNotFound, "TAC-TOOL-NOT-FOUND"},
    Name{ErrorCode::kToolArgs, "TAC-TOOL-ARGS"},
    Name{ErrorCode::kToolFailed, "TAC-TOOL-FAILED"},
    Name{ErrorCode::kToolTimeout, "TAC-TOOL-TIMEOUT"},
    Name{ErrorCode::kToolRetries, "TAC-TOOL-RETRIES"},
    Name{ErrorCode::kToolPlugin, "TAC-TOOL-PLUGIN"},
    Name{ErrorCode::kMcpConnect, "TAC-MCP-CONNECT"},
    Name{ErrorCode::kProviderAuth, "TAC-PROVIDER-AUTH"},
    Name{ErrorCode::kProviderRateLimit, "TAC-PROVIDER-RATE-LIMIT"},
    Name{ErrorCode::kProviderUnavailable, "TAC-PROVIDER-UNAVAILABLE"},
    Name{ErrorCode::kProviderNetwork, "TAC-PROVIDER-NETWORK"},
    Name{ErrorCode::kProviderBadRequest, "TAC-PROVIDER-BAD-REQUEST"},
    Name{ErrorCode::kProviderContext, "TAC-PROVIDER-CONTEXT"},
    Name{ErrorCode::kProviderStream, "TAC-PROVIDER-STREAM"},
    Name{ErrorCode::kProviderScript, "TAC-PROVIDER-SCRIPT"},
    Name{ErrorCode::kModelType, "TAC-MODEL-TYPE"},
    Name{ErrorCode::kModelHttp, "TAC-MODEL-HTTP"},
    Name{ErrorCode::kDependency, "TAC-DEPENDENCY"},
    Name{ErrorCode::kNetworkDenied, "TAC-NETWORK-DENIED"},
    Name{ErrorCode::kProcedureNotFound, "TAC-PROCEDURE-NOT-FOUND"},
    Name{ErrorCode::kDepth, "TAC-DEPTH"},
    Name{ErrorCode::kCancelled, "TAC-CANCELLED"},
    Name{ErrorCode::kHitlTimeout, "TAC-HITL-TIMEOUT"},
    Name{ErrorCode::kHitlOption, "TAC-HITL-OPTION"},
    Name{ErrorCode::kHitlAnswered, "TAC-HITL-ANSWERED"},
    Name{ErrorCode::kStage, "TAC-STAGE"},
    Name{ErrorCode::kStepName, "TAC-STEP-NAME"},
    Name{ErrorCode::kReplayMismatch, "TAC-REPLAY-MISMATCH"},
    Name{ErrorCode::kSourceChanged, "TAC-SOURCE-CHANGED"},
    Name{ErrorCode::kDeterminism, "TAC-DETERMINISM"},
    Name{ErrorCode::kRunNotFound, "TAC-RUN-NOT-FOUND"},
    Name{ErrorCode::kRunBusy, "TAC-RUN-BUSY"},
    Name{ErrorCode::kStorage, "TAC-STORAGE"},
    Name{ErrorCode::kCassetteMiss, "TAC-CASSETTE-MISS"},
    Name{ErrorCode::kSandboxMemory, "TAC-SANDBOX-MEMORY"},
    Name{ErrorCode::kSandboxCpu, "TAC-SANDBOX-CPU"},
    Name{ErrorCode::kSandboxBytecode, "TAC-SANDBOX-BYTECODE"},
    Name{ErrorCode::kSandboxDenied, "TAC-SANDBOX-DENIED"},
    Name{ErrorCode::kFile, "TAC-FILE"},
    Name{ErrorCode::kBudget, "TAC-BUDGET"},
    Name{ErrorCode::kConfig, "TAC-CONFIG"},
    Name{ErrorCode::kLua, "TAC-LUA"},
    Name{ErrorCode::kInternal, "TAC-INTERNAL"},
    Name{ErrorCode::kUsage, "TAC-USAGE"},
    Name{ErrorCode::kLimitExceeded, "TAC-LIMIT"},
    Name{ErrorCode::kDisconnected, "TAC-DISCONNECTED"},
    Name{ErrorCode::kPortInUse, "TAC-PORT-IN-USE"},
};

}  // namespace

std::string_view error_code_name(ErrorCode code) {
  for (const Name& name : kNames) {
    if (name.code == code) return name.text;
  }
  return "TAC-INTERNAL";
}

std::optional<ErrorCode> error_code_from_name(std::string_view text) {
  for (const Name& name : kNames) {
    if (name.text == text) return name.code;
  }
  return std::nullopt;
}

std::string to_string(const Error& error) {
  std::string text;
  if (error.place && !error.place->file.empty()) {
    text = error.place->file + ":";
    if (error.place->line > 0) text += std::to_string(error.place->line) + ":";
    text += " ";
  }
  text += error.message;
  text += " [";
  text += error_code_name(error.code);
  text += "]";
  return text;
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "tactus: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace tactus
