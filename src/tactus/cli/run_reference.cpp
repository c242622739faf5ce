#include <algorithm>
#include <filesystem>

#include <tactus/base/text.hpp>
#include <tactus/cli/run_reference.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {
namespace {

constexpr std::size_t kPage = 200;
constexpr std::size_t kNamedMax = 5;  // Candidates that a message lists.

Error several(const std::string& text, std::vector<std::string> found) {
  const std::size_t count = found.size();
  found.resize(std::min(count, kNamedMax));
  Error error;
  error.code = ErrorCode::kRunNotFound;
  error.message = fmt::format("'{}' begins the ids of {} runs: {}{}", text, count,
                              join(found, ", "), count > kNamedMax ? " …" : "");
  error.hint = "write more of the id";
  return error;
}

std::string place_options(const RunPlace& place) {
  std::string options;
  if (!place.workspace.empty()) options += " --workspace " + shell_word(place.workspace);
  if (!place.storage.empty()) options += " --storage " + shell_word(place.storage);
  return options;
}

// The labels of the options, in order.
std::vector<std::string> labels_of(const Json& request) {
  std::vector<std::string> labels;
  const Json* options = find_member(request, "options");
  if (!options || !options->is_array()) return labels;
  for (const Json& option : options->get_array())
    labels.push_back(printable(string_member(option, "label")));
  return labels;
}

// The values that a command may end in: the first is shown in it, the others beside it.
std::vector<std::string> sample_values(const Json& request) {
  const std::string_view type = string_member(request, "request_type");
  if (type == "approval") return {"yes", "no"};
  std::vector<std::string> values = labels_of(request);
  for (std::string& value : values) value = shell_word(value);
  if (values.empty()) values.emplace_back(type == "escalation" ? "RESOLUTION" : "VALUE");
  return values;
}

std::string first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return printable(text.substr(0, end)) + (end == std::string_view::npos ? "" : " …");
}

}  // namespace

RunPlace run_place(const std::string& workspace, const std::string& storage) {
  std::error_code error;
  const std::string here = std::filesystem::canonical(".", error).string();
  return {workspace == here ? "" : workspace, storage == "memory" ? "" : storage};
}

Result<journal::RunRecord> find_run(runtime::RunService& runs, const std::string& text) {
  auto exact = runs.find(text);
  if (exact || exact.error().code != ErrorCode::kRunNotFound || text.empty()) return exact;
  std::vector<journal::RunRecord> found;
  journal::RunQuery query;
  query.limit = kPage;
  for (;;) {
    const auto page = runs.list(query);
    if (!page) return fail(page.error());
    for (const journal::RunRecord& record : *page) {
      if (record.run_id.starts_with(text)) found.push_back(record);
    }
    if (page->size() < kPage) break;
    query.before_run_id = page->back().run_id;
  }
  if (found.empty()) return exact;
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> ids;
  for (const journal::RunRecord& record : found) ids.push_back(record.run_id);
  return fail(several(text, std::move(ids)));
}

std::string shell_word(std::string_view text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./:=+,@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string resume_line(const RunPlace& place, const std::string& run_id) {
  return "tactus resume " + shell_word(run_id) + place_options(place);
}

std::string request_text(const RunPlace& place, const std::string& run_id, const Json& request) {
  const std::vector<std::string> values = sample_values(request);
  std::string text = fmt::format("{} {}: {}\n", string_member(request, "request_type"),
                                 string_member(request, "request_id"),
                                 first_line(string_member(request, "message")));
  // Options stand before the value, which may begin with a hyphen.
  const bool is_dashed = values.front().starts_with('-') || values.front().starts_with("'-");
  text += fmt::format("  tactus answer{} {}{} {} {}", place_options(place), is_dashed ? "-- " : "",
                      shell_word(run_id), shell_word(string_member(request, "request_id")),
                      values.front());
  if (values.size() > 1)
    text += fmt::format("   (or {})", join(std::span(values).subspan(1), ", "));
  return text + "\n";
}

std::string waiting_text(const RunPlace& place, const journal::RunRecord& record) {
  std::string text = fmt::format("run {} waits for a human; it is saved\n", record.run_id);
  for (const Json& request : record.pending) text += request_text(place, record.run_id, request);
  return text + "then go on with\n  " + resume_line(place, record.run_id) + "\n";
}

}  // namespace tactus::cli
