// agent(name, {…}): every key of language.md 4.1.
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

template <typename Target, typename Value>
void assign(Target& target, std::optional<Value> value) {
  if (value) target = static_cast<Target>(*std::move(value));
}
template <typename Target, typename Value>
void assign(std::optional<Target>& target, std::optional<Value> value) {
  if (value) target = static_cast<Target>(*std::move(value));
}

// A text or a list of texts.
std::optional<std::vector<std::string>> read_stop(ConfigReader& reader) {
  if (!reader.push("stop")) return std::nullopt;
  lua_State* state = reader.state();
  const auto text = [&] {
    std::size_t size = 0;
    const char* bytes = lua_tolstring(state, -1, &size);
    return std::string(bytes, size);
  };
  std::vector<std::string> all;
  if (lua_type(state, -1) == LUA_TSTRING) {
    all.push_back(text());
    lua_pop(state, 1);
    return all;
  }
  const auto count = lua_istable(state, -1) ? static_cast<lua_Integer>(lua_rawlen(state, -1)) : 0;
  for (lua_Integer i = 1; i <= count; ++i) {
    const bool is_text = lua_rawgeti(state, -1, i) == LUA_TSTRING;
    if (is_text) all.push_back(text());
    lua_pop(state, 1);
    if (!is_text) break;
  }
  if (all.empty() || static_cast<lua_Integer>(all.size()) != count) {
    reader.wrong_type("stop", "a text or a list of texts");
    return std::nullopt;
  }
  lua_pop(state, 1);
  return all;
}

// `reasoning`: a word, or a number of tokens.
void read_reasoning(ConfigReader& reader, ModelSettings& settings) {
  if (!reader.push("reasoning")) return;
  const int type = lua_type(reader.state(), -1);
  if (type != LUA_TSTRING && type != LUA_TNUMBER) {
    return reader.wrong_type("reasoning", "a word or a number of tokens");
  }
  lua_pop(reader.state(), 1);
  if (type == LUA_TNUMBER) {
    assign(settings.thinking_budget, reader.integer("reasoning", 0));
  } else {
    assign(
        settings.reasoning_effort,
        reader.one_of("reasoning", {"none", "minimal", "low", "medium", "high", "xhigh", "max"}));
  }
}

void read_settings(ConfigReader& reader, ModelSettings& settings) {
  assign(settings.temperature, reader.number("temperature"));
  assign(settings.top_p, reader.number("top_p"));
  assign(settings.max_tokens, reader.integer("max_tokens", 1));
  assign(settings.presence_penalty, reader.number("presence_penalty"));
  assign(settings.frequency_penalty, reader.number("frequency_penalty"));
  assign(settings.seed, reader.integer("seed", INT64_MIN));
  assign(settings.stop, read_stop(reader));
  assign(settings.parallel_tool_calls, reader.boolean("parallel_tool_calls"));
  const auto effort = reader.alias({"reasoning_effort", "openai_reasoning_effort"});
  assign(settings.reasoning_effort, reader.text(effort));
  assign(settings.thinking_budget, reader.integer("thinking_budget", 0));
  read_reasoning(reader, settings);
  assign(settings.timeout_s, reader.duration("timeout"));
  assign(settings.extra_body, reader.object("extra_body"));
}

ModelSettings read_model_settings(ConfigReader& reader, const std::string& what) {
  ModelSettings settings;
  if (!reader.push_table("model_settings")) return settings;
  ConfigReader nested = reader.nested("model_settings", what + ": `model_settings`");
  read_settings(nested, settings);
  nested.finish();
  lua_pop(reader.state(), 1);
  return settings;
}

// Keys of the model table that are no settings belong to the provider; a likely misspelling of a
// setting is told all the same.
void read_provider_options(ConfigReader& model, ModelSettings& settings) {
  static const std::vector<std::string> kSettings = {
      "temperature",      "max_tokens",          "presence_penalty", "frequency_penalty",
      "reasoning_effort", "parallel_tool_calls", "thinking_budget",  "extra_body"};
  for (const std::string& key : model.unknown_keys()) {
    if (!model.push(key)) continue;
    auto value = vm::to_json(model.state(), -1);
    lua_pop(model.state(), 1);
    if (!value) {
      model.error(key, value.error());
      continue;
    }
    settings.provider_options[key] = std::move(*value);
    const auto match = key.size() >= 6 ? closest_match(key, kSettings) : std::nullopt;
    if (match) {
      model.warn(key, fmt::format("`{}` is no setting; it is handed to the provider as it is", key),
                 fmt::format("did you mean `{}`?", *match));
    }
  }
}

// `model`: a name, or a table with a name and settings.
void read_model(ConfigReader& reader, AgentDeclaration& agent, const std::string& what,
                ModelSettings& settings) {
  if (!reader.push("model")) return;
  lua_State* state = reader.state();
  if (!lua_istable(state, -1)) {
    if (lua_type(state, -1) != LUA_TSTRING) {
      reader.wrong_type("model", "a model's name or a table with one");
      return;
    }
    lua_pop(state, 1);
    agent.model = reader.text("model");
    return;
  }
  ConfigReader model = reader.nested("model", what + ": `model`");
  agent.model = model.text("name");
  if (!agent.model && !model.push("name")) {
    reader.error("model", "`model` has no `name`",
                 "model = { name = \"gpt-4o\", temperature = 0.2 }");
  } else if (!agent.model) {
    lua_pop(state, 1);  // A name of a wrong type, which has been reported.
  }
  read_settings(model, settings);
  read_provider_options(model, settings);
  model.finish();
  lua_pop(state, 1);
}

void read_prompt(ConfigReader& reader, AgentDeclaration& agent) {
  if (reader.push("system_prompt")) {
    const int type = lua_type(reader.state(), -1);
    if (type != LUA_TSTRING && type != LUA_TFUNCTION) {
      reader.wrong_type("system_prompt", "text or a function that returns text");
    } else {
      lua_pop(reader.state(), 1);
      if (type == LUA_TFUNCTION) agent.system_prompt_function = reader.function("system_prompt");
      if (type == LUA_TSTRING) agent.system_prompt = *reader.text("system_prompt");
    }
  }
  agent.initial_message = reader.text("initial_message");
}

void read_tools(ConfigReader& reader, AgentDeclaration& agent) {
  for (const char* key : {"tools", "toolsets"}) {
    if (!reader.push(key)) continue;
    auto list = read_tool_list(reader.state(), -1);
    lua_pop(reader.state(), 1);
    if (!agent.tools) agent.tools.emplace();
    if (!list) {
      reader.error(key, list.error());
      continue;
    }
    for (ToolEntry& entry : *list) agent.tools->push_back(std::move(entry));
  }
  agent.tool_choice = reader.text("tool_choice");
}

void read_output(ConfigReader& reader, AgentDeclaration& agent) {
  agent.output =
      reader.schema(reader.alias({"output", "output_type"}), schema::Required::kOnlyIfSaid);
  assign(agent.output_mode, reader.one_of("output_mode", {"auto", "native", "tool", "prompt"}));
}

void read_stream(ConfigReader& reader, AgentDeclaration& agent) {
  if (reader.push("stream")) {
    auto setting = read_stream_setting(reader.state(), -1);
    lua_pop(reader.state(), 1);
    if (setting) {
      agent.stream = *setting;
    } else {
      reader.error("stream", setting.error());
    }
  }
  assign(agent.disable_streaming, reader.boolean("disable_streaming"));
  assign(agent.replay_stream, reader.boolean("replay_stream"));
}

// `false` means no limit.
void read_max_turns(ConfigReader& reader, AgentDeclaration& agent) {
  if (!reader.push("max_turns")) return;
  const bool none = lua_isboolean(reader.state(), -1) && !lua_toboolean(reader.state(), -1);
  lua_pop(reader.state(), 1);
  if (none) {
    agent.max_turns.reset();
  } else {
    assign(agent.max_turns, reader.integer("max_turns", 1));
  }
}

void read_limits(ConfigReader& reader, AgentDeclaration& agent, const std::string& what) {
  if (reader.push_table("response")) {
    ConfigReader response = reader.nested("response", what + ": `response`");
    if (const auto retries = response.integer("retries", 0)) {
      agent.output_retries = static_cast<int>(*retries);
      agent.retries = agent.output_retries;
    }
    assign(agent.retry_delay_s, response.duration("retry_delay"));
    response.finish();
    lua_pop(reader.state(), 1);
  }
  read_max_turns(reader, agent);
  assign(agent.request_limit, reader.integer("request_limit", 1));
  assign(agent.tool_retries, reader.integer("tool_retries", 0));
  assign(agent.retries, reader.integer("retries", 0));
  assign(agent.output_retries, reader.integer("output_retries", 0));
  assign(agent.retry_delay_s, reader.duration("retry_delay"));
  assign(agent.idle_timeout_s, reader.duration("idle_timeout"));
}

constexpr std::string_view kFallbackExample =
    "for example: fallback = { \"anthropic:claude-sonnet-4-5\", \"ollama:llama3.2\" }";

bool names_provider_and_model(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < name.size();
}

// One name or a list of names.
void read_fallback(ConfigReader& reader, AgentDeclaration& agent) {
  if (!reader.push("fallback")) return;
  lua_State* L = reader.state();
  const bool is_list = lua_istable(L, -1);
  const auto count = is_list ? static_cast<lua_Integer>(lua_rawlen(L, -1)) : 1;
  for (lua_Integer i = 1; i <= count; ++i) {
    if (is_list) {
      lua_rawgeti(L, -1, i);
    } else {
      lua_pushvalue(L, -1);
    }
    const std::string name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    lua_pop(L, 1);
    if (names_provider_and_model(name)) agent.fallback.push_back(name);
  }
  lua_pop(L, 1);
  if (count > 0 && static_cast<lua_Integer>(agent.fallback.size()) == count) return;
  reader.error("fallback", "`fallback` must be a list of \"provider:model\"",
               std::string(kFallbackExample));
}

void read_budget(ConfigReader& reader, AgentDeclaration& agent, const std::string& what) {
  if (!reader.push_table("budget")) return;
  ConfigReader budget = reader.nested("budget", what + ": `budget`");
  agent.budget.cost_usd = budget.number("max_cost_usd");
  if (agent.budget.cost_usd && *agent.budget.cost_usd < 0) {
    budget.error("max_cost_usd", "`max_cost_usd` must be at least 0",
                 "for example: budget = { max_cost_usd = 0.5 }");
  }
  agent.budget.tokens = budget.integer("max_tokens", 1);
  budget.finish();
  lua_pop(reader.state(), 1);
}

void read_agent(ConfigReader& reader, AgentDeclaration& agent, const std::string& what) {
  agent.provider = reader.text("provider");
  read_fallback(reader, agent);
  read_budget(reader, agent, what);
  // Low to high: model_settings, the model table, the agent's own keys.
  ModelSettings from_model, own;
  const ModelSettings from_settings = read_model_settings(reader, what);
  read_model(reader, agent, what, from_model);
  read_settings(reader, own);
  agent.settings = merge_settings(merge_settings(from_settings, from_model), own);
  read_prompt(reader, agent);
  read_tools(reader, agent);
  read_output(reader, agent);
  read_stream(reader, agent);
  read_limits(reader, agent, what);
  agent.prepare = reader.function("prepare");
  agent.on_chunk = reader.function("on_chunk");
  agent.on_partial = reader.function("on_partial");
  agent.on_tool = reader.function("on_tool");
  assign(agent.description, reader.text("description"));
  read_script(reader, agent, what);
  read_memory(reader, agent, what);
}

}  // namespace

void declare_agent(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                   const Arguments& arguments) {
  auto agent = std::make_shared<AgentDeclaration>();
  agent->name = name;
  agent->line = site.line;
  agent->file = loader.file_of(site);
  const std::string what = "agent '" + name + "'";
  ConfigReader reader(loader, state, arguments.config, {what, "an agent", site, {}, true});
  read_agent(reader, *agent, what);
  reader.finish();
  loader.declare_agent(state, std::move(agent), site);
}

}  // namespace tactus::program
