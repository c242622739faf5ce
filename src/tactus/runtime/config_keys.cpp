#include <tactus/runtime/config_keys.hpp>
#include <tactus/runtime/config_section.hpp>
#include <tactus/runtime/config_toolsets.hpp>
#include <tactus/runtime/mcp_config.hpp>

namespace tactus::runtime {
namespace {

constexpr double kMegabytesMax = 1 << 20;

program::StreamSetting read_stream_fields(ConfigSection section) {
  program::StreamSetting setting;
  setting.text = section.boolean("text").value_or(true);
  setting.tools = section.boolean("tools").value_or(true);
  setting.reasoning = section.boolean("reasoning").value_or(true);
  setting.output = section.boolean("output").value_or(true);
  section.finish();
  return setting;
}

void read_stream(ConfigSection& root, Config& config) {
  const ConfigNode* node = root.any("stream");
  if (!node) return;
  const std::string& word = node->text;
  if (node->kind == ConfigNode::Kind::kMap) {
    config.stream = read_stream_fields(root.map("stream"));
  } else if (word == "true" || word == "on") {
    config.stream = program::StreamSetting{};
  } else if (word == "false" || word == "off") {
    config.stream = program::StreamSetting{false, false, false, false};
  } else if (word == "text") {
    config.stream = program::StreamSetting{true, false, false, false};
  } else {
    root.wrong("stream", "true, false, text or a map");
  }
}

// `reasoning`: a word, or a number of tokens.
void read_reasoning(ConfigSection& section, program::ModelSettings& settings) {
  const ConfigNode* node = section.any("reasoning");
  if (!node) return;
  if (to_json(*node).is_number()) {
    settings.thinking_budget = section.integer("reasoning");
  } else {
    settings.reasoning_effort = section.text("reasoning");
  }
}

program::ModelSettings read_settings(ConfigSection section) {
  program::ModelSettings settings;
  settings.temperature = section.number("temperature");
  settings.top_p = section.number("top_p");
  settings.presence_penalty = section.number("presence_penalty", -2);
  settings.frequency_penalty = section.number("frequency_penalty", -2);
  settings.max_tokens = section.integer("max_tokens", 1);
  settings.seed = section.integer("seed", -(std::int64_t{1} << 49));
  settings.stop = section.texts("stop");
  settings.parallel_tool_calls = section.boolean("parallel_tool_calls");
  settings.reasoning_effort = section.text("reasoning_effort");
  settings.thinking_budget = section.integer("thinking_budget");
  read_reasoning(section, settings);
  settings.timeout_s = section.number("timeout");
  if (const ConfigNode* body = section.any("extra_body")) {
    if (body->kind == ConfigNode::Kind::kMap) {
      settings.extra_body = to_json(*body).get_object();
    } else {
      section.wrong("extra_body", "a map");
    }
  }
  section.finish();
  return settings;
}

void read_providers(ConfigSection providers, Config& config) {
  for (const auto& [name, ignored] : providers.members()) {
    ConfigSection section = providers.map(name);
    ProviderConfig& provider = config.providers[name];
    provider.type = section.text("type").value_or("");
    provider.base_url = section.text("base_url").value_or("");
    provider.api_key = section.text("api_key").value_or("");
    provider.api_key_env = section.text("api_key_env").value_or("");
    provider.timeout_s = section.number("timeout");
    provider.headers = section.text_map("headers");
    provider.settings = read_settings(section.map("settings"));
    section.finish();
  }
}

// The section says more than the short forms, which is also where variables are.
void read_aws(ConfigSection& root, AwsConfig& aws) {
  ConfigSection section = root.map("aws");
  const auto first = [](std::initializer_list<std::optional<std::string>> texts) {
    for (const auto& text : texts) {
      if (text && !text->empty()) return *text;
    }
    return std::string();
  };
  aws.access_key_id = first({section.text("access_key_id"), root.text("aws_access_key_id")});
  aws.secret_access_key =
      first({section.text("secret_access_key"), root.text("aws_secret_access_key")});
  aws.session_token = section.text("session_token").value_or("");
  aws.region = first({section.text("region"), section.text("default_region"),
                      root.text("aws_region"), root.text("aws_default_region")});
  section.finish();
}

void read_prices(ConfigSection prices, Config& config) {
  for (const auto& [model, ignored] : prices.members()) {
    ConfigSection section = prices.map(model);
    Config::PriceOverride& price = config.prices[model];
    price.input = section.number("input").value_or(0);
    price.output = section.number("output").value_or(0);
    price.cached = section.number("cached");
    section.finish();
  }
}

void read_limits(ConfigSection limits, Config& config) {
  if (const auto megabytes = limits.integer("memory_mb", 1)) {
    if (static_cast<double>(*megabytes) > kMegabytesMax)
      limits.wrong("memory_mb", "at most 1048576");
    config.memory_mb = static_cast<std::size_t>(*megabytes);
  }
  config.cpu_ms = limits.integer("cpu_ms", 1).value_or(config.cpu_ms);
  config.max_cost_usd = limits.number("max_cost_usd");
  config.max_tokens = limits.integer("max_tokens");
  limits.finish();
}

void read_plugins(ConfigSection& root, Config& config) {
  if (root.texts("tool_paths")) {
    for (const ConfigNode& item : root.any("tool_paths")->items) {
      const bool in_file = item.origin.kind == ConfigOrigin::Kind::kFile;
      config.tool_paths.push_back({item.text, in_file ? item.origin.name : ""});
    }
  }
  const ConfigNode* command = root.any("plugin_command");
  if (!command) return;
  std::vector<std::string> words;
  if (command->kind == ConfigNode::Kind::kText) {
    words.push_back(command->text);
  } else {
    words = root.texts("plugin_command").value_or(std::vector<std::string>{});
  }
  if (words.empty() || words.front().empty())
    return root.wrong("plugin_command", "a program, or a list of one and its arguments");
  config.plugin_command = std::move(words);
}

}  // namespace

const std::vector<ConfigVariable>& config_variables() {
  static const std::vector<ConfigVariable> variables = {
      {"TACTUS_PROVIDER", "default_provider"},
      {"TOOL_PATHS", "tool_paths"},
      {"OPENAI_API_KEY", "openai_api_key"},
      {"ANTHROPIC_API_KEY", "anthropic_api_key"},
      {"GOOGLE_API_KEY", "google_api_key"},
      {"GEMINI_API_KEY", "google_api_key"},
      {"AWS_ACCESS_KEY_ID", "aws_access_key_id"},
      {"AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"},
      {"AWS_REGION", "aws_region"},
      {"AWS_DEFAULT_REGION", "aws_default_region"},
  };
  return variables;
}

Result<Config> read_config(std::shared_ptr<const ConfigNode> tree) {
  Config config;
  ConfigFindings findings;
  ConfigSection root(tree.get(), "", findings);
  config.default_provider = root.text("default_provider");
  config.default_model = root.text("default_model");
  for (const char* key : {"openai_api_key", "anthropic_api_key", "google_api_key"}) {
    if (auto text = root.text(key)) config.api_keys[key] = std::move(*text);
  }
  if (const auto retries = root.integer("retries")) config.retries = static_cast<int>(*retries);
  config.idle_timeout_s = root.number("idle_timeout");
  config.strict_determinism = root.boolean("strict_determinism").value_or(false);
  config.strict_state = root.boolean("strict_state").value_or(false);
  read_stream(root, config);
  read_providers(root.map("providers"), config);
  read_aws(root, config.aws);
  config.env_allow = root.texts("env_allow").value_or(std::vector<std::string>{});
  config.default_toolsets = root.texts("default_toolsets");
  config.toolsets = read_toolsets(root.map("toolsets"));
  read_limits(root.map("limits"), config);
  ConfigSection network = root.map("network");
  config.network_allow = network.texts("allow");
  network.finish();
  ConfigSection storage = root.map("storage");
  config.storage_path = storage.text("path").value_or("");
  storage.finish();
  read_prices(root.map("prices"), config);
  config.mcp_servers = read_mcp_servers(root.map("mcp_servers"));
  read_plugins(root, config);
  root.finish();
  if (!findings.errors.empty()) return fail(std::move(findings.errors.front()));
  config.warnings = std::move(findings.warnings);
  config.tree = std::move(tree);
  return config;
}

}  // namespace tactus::runtime
