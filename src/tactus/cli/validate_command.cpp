// tactus validate.
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/program/metadata.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/included_file.hpp>

namespace tactus::cli {
namespace {

std::string finding_text(const Style& style, const std::string& file,
                         const program::Finding& finding, bool is_error) {
  std::string place = finding.file.empty() ? file : finding.file;
  if (finding.line > 0) place += ":" + std::to_string(finding.line);
  if (finding.line > 0 && finding.column > 0) place += ":" + std::to_string(finding.column);
  std::string text =
      fmt::format("{}{}: {}{}:{} {} [{}]\n", style.bold, place, is_error ? style.red : style.yellow,
                  is_error ? "error" : "warning", style.reset, printable(finding.message),
                  error_code_name(finding.code));
  if (!finding.hint.empty())
    text += fmt::format("  {}hint:{} {}\n", style.cyan, style.reset, printable(finding.hint));
  return text;
}

// True when the file is valid.
bool validate_one(const std::string& file, bool json) {
  const auto located = locate(file);
  if (!located) {
    print_error(located.error());
    return false;
  }
  const auto text = runtime::read_workspace_file(located->workspace, located->path);
  if (!text) {
    print_error(text.error());
    return false;
  }
  const auto config = runtime::load_config(located->workspace, located->path,
                                           runtime::Environment(located->workspace));
  const program::Source source{located->path, *text,
                               runtime::outside_sets(config ? *config : runtime::Config{}),
                               runtime::included_files(located->workspace)};
  const auto checked = program::check(source, true);
  if (!checked) {
    print_error(checked.error());
    return false;
  }
  const program::Program& program = *checked->program;
  if (json) {
    JsonObject body = program::validation_json(program);
    body["path"] = file;
    write_to(1, dump_json(body) + "\n");
    return program.errors.empty();
  }
  const Style style = style_for(1);
  std::string out;
  for (const program::Finding& finding : program.errors)
    out += finding_text(style, file, finding, true);
  for (const program::Finding& finding : program.warnings)
    out += finding_text(style, file, finding, false);
  if (program.errors.empty()) out += fmt::format("{}{}: valid{}\n", style.green, file, style.reset);
  write_to(1, out);
  return program.errors.empty();
}

}  // namespace

int validate_command(const ValidateCommand& command) {
  bool all_valid = true;
  for (const std::string& file : command.files)
    all_valid = validate_one(file, command.json) && all_valid;
  return all_valid ? 0 : 1;
}

}  // namespace tactus::cli
