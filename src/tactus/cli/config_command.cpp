// tactus config.
#include <filesystem>

#include <sys/ioctl.h>
#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/runtime/config_listing.hpp>

namespace tactus::cli {
namespace {

namespace fs = std::filesystem;
using runtime::ConfigEntry;
using runtime::ConfigOrigin;

constexpr std::size_t kWidthDefault = 80;
constexpr std::size_t kKeyWidthMax = 26;
constexpr std::size_t kValueWidthMin = 12;
constexpr std::size_t kValueWidthMax = 40;
constexpr std::size_t kOriginWidthMax = 26;
constexpr std::string_view kGap = "  ";

// What is shown of one workspace.
struct Shown {
  Located located;  // `path` is empty without a procedure.
  runtime::Environment environment;
  runtime::Config config;
};

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthDefault;
  return size.ws_col;
}

// Characters, each taken as one column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t now = width_of(text);
  return now < width ? text + std::string(width - now, ' ') : text;
}

// A value as one would write it in the file.
std::string value_text(const ConfigEntry& entry) {
  const Json& value = entry.value;
  if (value.is_null()) return "(" + entry.meaning + ")";
  if (value.is_string()) return printable(value.get_string());
  return printable(dump_json(value));
}

std::string origins_text(const Shown& shown, const ConfigEntry& entry) {
  std::vector<std::string> texts;
  for (const ConfigOrigin& origin : entry.origins)
    texts.push_back(
        printable(runtime::describe_origin(origin, shown.located.workspace, shown.environment)));
  return join(texts, ", ");
}

struct Row {
  std::string key, value, origin;
  bool built_in;
};

std::vector<Row> rows_of(const Shown& shown) {
  std::vector<Row> rows;
  for (const ConfigEntry& entry : runtime::list_config(shown.config, shown.environment)) {
    rows.push_back({printable(entry.key), value_text(entry), origins_text(shown, entry),
                    entry.origins.front().kind == ConfigOrigin::Kind::kBuiltIn});
  }
  return rows;
}

// Three columns; where a row is too long for them, its origin goes to the next line.
std::string table(const Style& style, const std::vector<Row>& rows) {
  std::size_t keys = 0;
  std::size_t values = 0;
  std::size_t origins = 0;
  for (const Row& row : rows) {
    keys = std::max(keys, std::min(width_of(row.key), kKeyWidthMax));
    values = std::max(values, std::min(width_of(row.value), kValueWidthMax));
    origins = std::max(origins, std::min(width_of(row.origin), kOriginWidthMax));
  }
  const std::size_t width = terminal_width();
  const std::size_t others = keys + origins + 2 * kGap.size();
  if (width > others + kValueWidthMin) values = std::min(values, width - others);
  std::string out;
  for (const Row& row : rows) {
    const std::string_view tone = row.built_in ? style.dim : "";
    const std::string_view origin_tone = row.built_in ? style.dim : style.cyan;
    const std::string key = padded(row.key, keys);
    std::string value = padded(row.value, values);
    std::string gap(kGap);
    if (width_of(key) + width_of(value) + width_of(row.origin) + 2 * kGap.size() > width) {
      value = row.value;
      gap = "\n" + std::string(keys + kGap.size(), ' ') + "from ";
    }
    out += fmt::format("{}{}{}{}{}{}{}{}{}{}{}\n", style.bold, key, style.reset, kGap, tone, value,
                       style.reset, gap, origin_tone, row.origin, style.reset);
  }
  return out;
}

std::string shown_file(const Shown& shown, const std::string& file) {
  return printable(runtime::describe_origin({ConfigOrigin::Kind::kFile, file, 0, 0},
                                            shown.located.workspace, shown.environment));
}

std::string sources(const Style& style, const Shown& shown) {
  std::string out = fmt::format("\n{}Files, a later one wins{}\n", style.bold, style.reset);
  for (const std::string& file :
       runtime::config_files(shown.located.workspace, shown.located.path, shown.environment)) {
    std::error_code ignored;
    const bool there = fs::exists(file, ignored);
    out += fmt::format("  {}{}{}{}\n", there ? "" : style.dim, shown_file(shown, file),
                       there ? "" : " (not there)", style.reset);
  }
  return out;
}

std::string warnings(const Style& style, const Shown& shown) {
  std::string out;
  for (const Error& warning : shown.config.warnings) {
    std::string place;
    if (warning.place) {
      place = shown_file(shown, warning.place->file);
      if (warning.place->line > 0) place += ":" + std::to_string(warning.place->line);
      place += ": ";
    }
    out += fmt::format("{}warning:{} {}{}\n", style.yellow, style.reset, place,
                       printable(warning.message));
    if (!warning.hint.empty())
      out += fmt::format("{}hint:{} {}\n", style.cyan, style.reset, printable(warning.hint));
  }
  return out;
}

std::string_view kind_name(ConfigOrigin::Kind kind) {
  switch (kind) {
    case ConfigOrigin::Kind::kBuiltIn:
      return "built-in";
    case ConfigOrigin::Kind::kVariable:
      return "variable";
    case ConfigOrigin::Kind::kFile:
      return "file";
    case ConfigOrigin::Kind::kOption:
      return "option";
  }
  return "built-in";
}

JsonObject json_of(const Shown& shown) {
  JsonArray values;
  for (const ConfigEntry& entry : runtime::list_config(shown.config, shown.environment)) {
    JsonArray origins;
    for (const ConfigOrigin& origin : entry.origins) {
      JsonObject said{{"kind", kind_name(origin.kind)}};
      if (!origin.name.empty()) said["name"] = origin.name;
      if (origin.line > 0) said["line"] = origin.line;
      origins.push_back(std::move(said));
    }
    values.push_back(JsonObject{{"key", entry.key},
                                {"value", entry.value},
                                {"secret", entry.secret},
                                {"origins", std::move(origins)}});
  }
  JsonArray files;
  for (const std::string& file :
       runtime::config_files(shown.located.workspace, shown.located.path, shown.environment)) {
    std::error_code ignored;
    files.push_back(JsonObject{{"path", file}, {"exists", fs::exists(file, ignored)}});
  }
  JsonArray told;
  for (const Error& warning : shown.config.warnings) {
    JsonObject said{{"message", warning.message}, {"hint", warning.hint}};
    if (warning.place) {
      said["file"] = warning.place->file;
      said["line"] = warning.place->line;
    }
    told.push_back(std::move(said));
  }
  return {{"workspace", shown.located.workspace},
          {"path", shown.located.path},
          {"values", std::move(values)},
          {"files", std::move(files)},
          {"warnings", std::move(told)}};
}

Result<Located> workspace_of(const std::string& file) {
  std::error_code error;
  if (!file.empty() && !fs::is_directory(file, error)) return locate(file);
  const fs::path folder = fs::canonical(file.empty() ? "." : file, error);
  if (error) return fail(ErrorCode::kFile, file + ": no such folder");
  return Located{folder.string(), ""};
}

}  // namespace

int config_command(const ConfigCommand& command) {
  auto located = workspace_of(command.file);
  if (!located) {
    print_error(located.error());
    return 1;
  }
  const runtime::Environment environment(located->workspace);
  const runtime::ConfigOptions options{command.provider, command.model, command.stream};
  auto config = runtime::load_config(located->workspace, located->path, environment, options);
  if (!config) {
    print_error(config.error());
    return 1;
  }
  const Shown shown{std::move(*located), environment, std::move(*config)};
  if (command.json) {
    write_to(1, dump_json(json_of(shown)) + "\n");
    return 0;
  }
  const Style style = style_for(1);
  if (style.is_terminal) {
    write_to(1, table(style, rows_of(shown)) + sources(style, shown));
  } else {
    std::string out;
    for (const Row& row : rows_of(shown))
      out += fmt::format("{}: {}  # {}\n", row.key, row.value, row.origin);
    write_to(1, out);
  }
  write_to(2, warnings(style_for(2), shown));
  return 0;
}

}  // namespace tactus::cli
