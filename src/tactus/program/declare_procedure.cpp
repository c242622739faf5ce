// procedure(name?, {…}?, fn): every key of language.md 10.1.
#include <algorithm>

#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

// Puts the fields into the order of the source; without one they stay in order of their names.
void order_fields(const Loader& loader, const Site& site, std::string_view key,
                  schema::Schema& schema) {
  if (!site.call || !site.call->table) return;
  const SourceMap& map = site.file ? site.file->map : loader.map;
  const auto table = key.empty() ? site.call->table : map.nested_table(*site.call->table, key);
  if (!table) return;
  const std::vector<std::string> keys = map.keys(*table);
  const auto rank = [&](const schema::Field& field) {
    return std::pair(std::find(keys.begin(), keys.end(), field.name) - keys.begin(), field.name);
  };
  std::sort(schema.fields.begin(), schema.fields.end(),
            [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

// The place of the key itself and of each field.
void note_lines(const Loader& loader, const Site& site, std::string_view key,
                const schema::Schema& schema, int& line, std::map<std::string, int>& field_lines) {
  field_lines.clear();
  TablePath path;
  if (!key.empty()) path.emplace_back(std::string(key));
  line = loader.finding_at(site, path, "", "").line;
  for (const schema::Field& field : schema.fields) {
    TablePath field_path = path;
    field_path.emplace_back(field.name);
    if (const Finding place = loader.finding_at(site, field_path, "", ""); place.line > 0) {
      field_lines[field.name] = place.line;
    }
  }
}

void read_guards(ConfigReader& reader, ProcedureDeclaration& procedure) {
  if (!reader.push("guards")) return;
  lua_State* state = reader.state();
  if (lua_isfunction(state, -1)) {
    reader.wrong_type("guards", "a list of functions");
    return;
  }
  const auto count = lua_istable(state, -1) ? static_cast<lua_Integer>(lua_rawlen(state, -1)) : 0;
  for (lua_Integer i = 1; i <= count; ++i) {
    const bool function = lua_rawgeti(state, -1, i) == LUA_TFUNCTION;
    if (function) procedure.guards.emplace_back(state, -1);
    lua_pop(state, 1);
    if (!function) break;
  }
  if (!lua_istable(state, -1) || static_cast<lua_Integer>(procedure.guards.size()) != count) {
    reader.wrong_type("guards", "a list of functions");
    return;
  }
  lua_pop(state, 1);
}

void read_schemas(ConfigReader& reader, ProcedureDeclaration& procedure, const Site& site) {
  Loader& loader = reader.loader();
  const std::string_view input = reader.alias({"input", "params", "parameters"});
  if (auto schema = reader.schema(input, schema::Required::kOnlyIfSaid)) {
    order_fields(loader, site, input, *schema);
    procedure.input = std::move(*schema);
    if (procedure.name == "main") {
      note_lines(loader, site, input, procedure.input, loader.program.input_line,
                 loader.program.input_lines);
    }
  }
  const std::string_view output = reader.alias({"output", "outputs"});
  if (auto schema = reader.schema(output, schema::Required::kOnlyIfSaid)) {
    order_fields(loader, site, output, *schema);
    procedure.has_output = !schema->empty();
    procedure.output = std::move(*schema);
    if (procedure.name == "main") {
      note_lines(loader, site, output, procedure.output, loader.program.output_line,
                 loader.program.output_lines);
    }
  }
  if (auto schema = reader.schema("state", schema::Required::kOnlyIfSaid)) {
    procedure.state = std::move(*schema);
  }
}

void read_procedure(ConfigReader& reader, ProcedureDeclaration& procedure, const Site& site,
                    const std::string& what) {
  read_schemas(reader, procedure, site);
  procedure.body = reader.function("run");
  read_guards(reader, procedure);
  read_dependencies(reader, procedure);
  const auto limit = [&](std::string_view key) -> std::optional<int> {
    const auto value = reader.integer(key, 1);
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  };
  procedure.max_turns = limit("max_turns");
  procedure.max_depth = limit("max_depth");
  procedure.description = reader.text("description").value_or("");
  for (const char* key : {"version", "author", "tags", "async", "checkpoint_interval"}) {
    reader.accept(key);
  }
  read_memory(reader, procedure, what);
  procedure.return_prompt = reader.text("return_prompt");
  procedure.error_prompt = reader.text("error_prompt");
  procedure.status_prompt = reader.text("status_prompt");
}

}  // namespace

void order_and_note_fields(Loader& loader, const Site& site, std::string_view key,
                           schema::Schema& schema, int& line,
                           std::map<std::string, int>& field_lines) {
  order_fields(loader, site, key, schema);
  note_lines(loader, site, key, schema, line, field_lines);
}

void declare_procedure(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                       const Arguments& arguments) {
  auto procedure = std::make_shared<ProcedureDeclaration>();
  procedure->name = name;
  procedure->line = site.line;
  procedure->file = loader.file_of(site);
  const std::string what = "procedure '" + name + "'";
  if (arguments.config != 0) {
    ConfigReader reader(loader, state, arguments.config, {what, "a procedure", site, {}});
    read_procedure(reader, *procedure, site, what);
    reader.finish();
    if (procedure->body && arguments.function != 0) {
      reader.error("run", "there are two bodies: `run` and the function after the table",
                   "keep one of them");
    }
  }
  if (arguments.function != 0) procedure->body = vm::Ref(state, arguments.function);
  loader.declare_procedure(state, std::move(procedure), site);
}

}  // namespace tactus::program
