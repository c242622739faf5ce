#include <tactus/runtime/file_operation.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {
namespace {

template <typename T>
Result<Json> as_json(Result<T> result) {
  if (!result) return fail(std::move(result.error()));
  return Json(std::move(*result));
}

Result<Json> written(const Result<void>& result) {
  if (!result) return fail(result.error());
  return Json(true);
}

Result<Json> listed(const Result<std::vector<std::string>>& names) {
  if (!names) return fail(names.error());
  return Json(JsonArray(names->begin(), names->end()));
}

}  // namespace

Result<Json> perform(const std::string& workspace, const FileOperation& operation) {
  const auto path = search_workspace(workspace, operation.path, operation.mentioned_in);
  if (!path) return fail(path.error());
  const bool writes = operation.kind == FileOperation::Kind::kWrite ||
                      operation.kind == FileOperation::Kind::kAppend;
  if (!writes) {
    if (auto allowed = check_readable(workspace, *path); !allowed) return fail(allowed.error());
  }
  switch (operation.kind) {
    case FileOperation::Kind::kRead:
      return as_json(read_text(workspace, *path));
    case FileOperation::Kind::kWrite:
      return written(write_text(workspace, *path, operation.text, Writer::kProgram));
    case FileOperation::Kind::kAppend:
      return written(append_text(workspace, *path, operation.text, Writer::kProgram));
    case FileOperation::Kind::kExists:
      return as_json(path_exists(workspace, *path));
    case FileOperation::Kind::kSize:
      return as_json(file_size(workspace, *path));
    case FileOperation::Kind::kList:
      return listed(folder_names(workspace, *path));
  }
  return fail(ErrorCode::kInternal, "an unknown file operation");
}

}  // namespace tactus::runtime
