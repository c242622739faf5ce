// A run as the API shows it.
#pragma once

#include <tactus/journal/store.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::server {

// The row of a run in a list (docs/http-api.md).
JsonObject run_json(const journal::RunRecord& record);
// The answer to a start and to a resumption.
JsonObject started_json(const runtime::Started& started);
// The answer of POST /api/run.
JsonObject finished_run_json(const journal::RunRecord& record);

}  // namespace tactus::server
