#include <tactus/server/run_json.hpp>

namespace tactus::server {

JsonObject run_json(const journal::RunRecord& record) {
  JsonObject run;
  run["run_id"] = record.run_id;
  run["procedure_id"] = record.procedure_id;
  run["path"] = record.path;
  run["status"] = journal::run_status_name(record.status);
  run["started_at"] = record.started_at;
  run["ended_at"] = record.ended_at.empty() ? Json(nullptr) : Json(record.ended_at);
  run["duration_ms"] = record.ended_at.empty() ? Json(nullptr) : Json(record.duration_ms);
  run["total_tokens"] = record.total_tokens;
  run["total_cost"] = record.total_cost ? Json(*record.total_cost) : Json(nullptr);
  run["error"] = record.error;
  run["generation"] = record.generation;
  run["last_seq"] = record.last_seq;
  run["pending_count"] = record.pending.size();
  return run;
}

JsonObject started_json(const runtime::Started& started) {
  JsonObject body;
  body["run_id"] = started.run_id;
  body["events_url"] = "/api/runs/" + started.run_id + "/events";
  body["generation"] = started.generation;
  return body;
}

JsonObject finished_run_json(const journal::RunRecord& record) {
  const bool success = record.status == journal::RunStatus::kCompleted;
  JsonObject body;
  body["success"] = success;
  body["exitCode"] = success ? 0 : record.status == journal::RunStatus::kFailed ? 1 : 130;
  body["stdout"] = record.result.is_string() ? std::string(record.result.get_string())
                   : record.result.is_null() ? ""
                                             : dump_json(record.result);
  body["stderr"] =
      record.error.is_null() ? "" : std::string(string_member(record.error, "message"));
  body["result"] = record.result;
  body["error"] = record.error;
  body["run_id"] = record.run_id;
  return body;
}

}  // namespace tactus::server
