// model(name, {type = "http", …}) and the `dependencies` of procedures, language.md 15.
#include <algorithm>

#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

constexpr double kTimeoutMax = 3600;
constexpr std::int64_t kRetriesMax = 20;

// While a file is only checked, `env.X` stands for itself: such an address is known in the run.
bool is_open(const std::string& text) { return text.find("${") != std::string::npos; }

std::string read_address(ConfigReader& reader, std::string_view key, const char* example) {
  const auto address = reader.text(key);
  if (!address) {
    if (!reader.push(key)) {
      reader.error("", fmt::format("`{}` is missing", key), example);
    } else {
      lua_pop(reader.state(), 1);
    }
    return {};
  }
  const std::string start = to_lower(address->substr(0, 8));
  if (!start.starts_with("http://") && !start.starts_with("https://") && !is_open(*address))
    reader.error(key, fmt::format("`{}` must begin with http:// or https://", key), example);
  return *address;
}

// Texts and numbers by name; anything else is reported.
std::map<std::string, std::string> read_headers(ConfigReader& reader) {
  std::map<std::string, std::string> headers;
  const auto table = reader.object("headers");
  if (!table) return headers;
  for (const auto& member : *table) {
    const Json& value = member.value();
    if (value.is_string()) {
      headers[std::string(member.key())] = value.get_string();
    } else if (value.is_number()) {
      headers[std::string(member.key())] = dump_json(value);
    } else {
      reader.error("headers",
                   fmt::format("the header '{}' must be text", std::string_view(member.key())),
                   "headers = { Authorization = \"Bearer …\" }");
    }
  }
  return headers;
}

double read_timeout(ConfigReader& reader) {
  const double timeout = reader.duration("timeout").value_or(kHttpTimeoutSeconds);
  if (timeout > 0 && timeout <= kTimeoutMax) return timeout;
  reader.error("timeout", "`timeout` must be more than 0 and at most one hour", "timeout = 30");
  return kHttpTimeoutSeconds;
}

void read_labels(ConfigReader& reader, ModelDeclaration& model) {
  if (!reader.push_table("labels")) return;
  lua_State* state = reader.state();
  const auto count = static_cast<lua_Integer>(lua_rawlen(state, -1));
  for (lua_Integer i = 1; i <= count; ++i) {
    const bool text = lua_rawgeti(state, -1, i) == LUA_TSTRING;
    if (text) model.labels.emplace_back(lua_tostring(state, -1));
    lua_pop(state, 1);
    if (!text) {
      reader.wrong_type("labels", "a list of texts");
      return;
    }
  }
  lua_pop(state, 1);
}

void read_http_model(ConfigReader& reader, ModelDeclaration& model) {
  model.endpoint = read_address(reader, "endpoint", "endpoint = \"http://127.0.0.1:8000/predict\"");
  if (const auto method = reader.one_of("method", {"GET", "POST", "PUT", "PATCH", "DELETE"})) {
    model.method = *method;
  }
  model.headers = read_headers(reader);
  model.timeout_s = read_timeout(reader);
  const std::int64_t retries = reader.integer("retries", 0).value_or(model.retries);
  model.retries = static_cast<int>(std::min(retries, kRetriesMax));
  read_labels(reader, model);
  reader.accept("description");
  reader.finish();
}

void read_dependency(ConfigReader reader, DependencyDeclaration& dependency) {
  dependency.type = reader.text("type").value_or("");
  if (dependency.type == "postgres" || dependency.type == "redis") return;  // Told on first use.
  if (dependency.type != "http_client") {
    reader.error("type",
                 dependency.type.empty()
                     ? std::string("`type` is missing")
                     : fmt::format("there is no dependency type '{}'", dependency.type),
                 "type = \"http_client\" is available; \"postgres\" and \"redis\" may be declared");
    return;
  }
  dependency.base_url = read_address(reader, "base_url", "base_url = \"http://127.0.0.1:8000\"");
  dependency.headers = read_headers(reader);
  dependency.timeout_s = read_timeout(reader);
  reader.accept("description");
  reader.finish();
}

// The names in the list under `key`, which must exist when the body starts.
void read_names(ConfigReader& reader, std::string_view key, std::vector<std::string>& names) {
  if (!reader.push_table(key)) return;
  lua_State* state = reader.state();
  const auto count = static_cast<lua_Integer>(lua_rawlen(state, -1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(state, -1, i);
    const auto object = declared_object(state, -1);
    if (object || lua_type(state, -1) == LUA_TSTRING)
      names.push_back(object ? object->name : std::string(lua_tostring(state, -1)));
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
  if (static_cast<lua_Integer>(names.size()) == count) return;
  reader.error(key, fmt::format("`{}` must be a list of names", key),
               fmt::format("{} = {{ \"one\", \"two\" }}", key));
}

// The keys of the table on top that are texts, in order.
std::vector<std::string> text_keys(lua_State* state) {
  std::vector<std::string> keys;
  lua_pushnil(state);
  while (lua_next(state, -2) != 0) {
    if (lua_type(state, -2) == LUA_TSTRING) keys.emplace_back(lua_tostring(state, -2));
    lua_pop(state, 1);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

void read_dependencies(ConfigReader& reader, ProcedureDeclaration& procedure) {
  if (!reader.push_table("dependencies")) return;
  lua_State* state = reader.state();
  ConfigReader all = reader.nested("dependencies", "procedure '" + procedure.name + "'");
  for (const std::string& name : text_keys(state)) {
    if (!all.push_table(name)) continue;
    const bool typed = lua_getfield(state, -1, "type") != LUA_TNIL;
    lua_pop(state, 1);
    if (!typed && (name == "tools" || name == "procedures")) {
      lua_pop(state, 1);
      read_names(all, name,
                 name == "tools" ? procedure.required_tools : procedure.required_procedures);
      continue;
    }
    auto dependency = std::make_shared<DependencyDeclaration>();
    dependency->name = name;
    read_dependency(all.nested(name, "dependency '" + name + "'"), *dependency);
    procedure.dependencies.push_back(std::move(dependency));
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
}

void declare_model(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments) {
  auto model = std::make_shared<ModelDeclaration>();
  model->name = name;
  model->line = site.line;
  model->file = loader.file_of(site);
  ConfigReader reader(loader, state, arguments.config,
                      {"model '" + name + "'", "a model", site, {}});
  model->type = reader.text("type").value_or("");
  model->description = reader.text("description").value_or("");
  if (model->type == "http") {
    read_http_model(reader, *model);
  } else {
    reader.warn(
        model->type.empty() ? "" : "type",
        model->type.empty()
            ? std::string("it has no `type`, so that `predict` raises an error")
            : fmt::format("the type '{}' is not available, so that `predict` raises an error",
                          model->type),
        "type = \"http\" asks an endpoint");
  }
  loader.declare_model(state, std::move(model), site);
}

}  // namespace tactus::program
