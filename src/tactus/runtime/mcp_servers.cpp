#include <filesystem>

#include <boost/asio/co_spawn.hpp>

#include <tactus/net/async.hpp>
#include <tactus/runtime/mcp_servers.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

namespace {

// A call holds its client: a server that is connected anew must not take it away from a call that
// still hears of the old one's end.
asio::awaitable<Result<Json>> call_tool(std::shared_ptr<mcp::Client> client, std::string tool,
                                        double timeout_s, Json args,
                                        NativeTool::Progress progress) {
  const auto timeout = std::chrono::milliseconds(static_cast<std::int64_t>(timeout_s * 1000));
  JsonObject arguments = args.is_object() ? std::move(args.get_object()) : JsonObject{};
  co_return co_await client->call(std::move(tool), std::move(arguments), timeout,
                                  std::move(progress));
}

// Always a JSON Schema. One that cannot be read checks nothing here; the server does.
schema::Schema parameters_of(const JsonObject& input_schema) {
  if (input_schema.contains("properties")) {
    auto parsed = schema::parse_schema(Json(input_schema), schema::Required::kOnlyIfSaid);
    if (parsed && parsed->json_schema) return std::move(*parsed);
  }
  schema::Schema schema;
  schema.json_schema = input_schema;
  return schema;
}

ToolBinding binding_of(const mcp::ServerConfig& server, const mcp::Tool& tool,
                       const std::shared_ptr<mcp::Client>& client) {
  auto native = std::make_shared<NativeTool>();
  native->timeout_s = server.timeout_s;
  native->description = tool.description;
  native->json_parameters = tool.input_schema;
  native->parameters = parameters_of(tool.input_schema);
  native->call = [client, name = tool.name, timeout_s = native->timeout_s](
                     Json args, NativeTool::Progress progress) {
    return call_tool(client, name, timeout_s, std::move(args), std::move(progress));
  };
  ToolBinding binding;
  binding.name = native_tool_name(server.name, tool.name);
  binding.spec.name = binding.name;
  binding.spec.description = tool.description;
  binding.spec.parameters = tool.input_schema;
  binding.native = std::move(native);
  return binding;
}

// Runs all of them at once and waits until the last has ended.
asio::awaitable<void> run_all(asio::any_io_executor strand,
                              std::vector<asio::awaitable<void>> tasks) {
  asio::steady_timer all_done(strand, asio::steady_timer::time_point::max());
  std::size_t left = tasks.size();
  std::exception_ptr failure;
  for (auto& task : tasks) {
    asio::co_spawn(strand, std::move(task), [&](std::exception_ptr problem) {
      if (problem) failure = problem;
      if (--left == 0) all_done.cancel();
    });
  }
  while (left > 0) (void)co_await all_done.async_wait(net::use_result);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

struct McpServers::Server {
  Server(mcp::ServerConfig server_config, const asio::any_io_executor& strand)
      : config(std::move(server_config)), changed(strand, asio::steady_timer::time_point::max()) {}

  mcp::ServerConfig config;
  std::shared_ptr<mcp::Client> client;
  std::optional<Error> error;  // Why it could not be used last time.
  bool warned = false;
  std::vector<ToolBinding> tools;
  mcp::Client::Tools listed;   // What `tools` was made of.
  bool busy = false;           // Somebody is connecting or asking for its tools.
  asio::steady_timer changed;  // Never expires; cancelled to wake who waits.
};

McpServers::McpServers(asio::any_io_executor strand, net::HttpClient& http,
                       std::map<std::string, mcp::ServerConfig> configs,
                       const std::string& workspace)
    : strand_(std::move(strand)), http_(http), workspace_(workspace) {
  for (auto& [name, config] : configs) add(std::move(config));
}

void McpServers::add(mcp::ServerConfig config) {
  auto& server = servers_[config.name];
  if (server) return;
  if (config.url.empty())
    config.cwd = (std::filesystem::path(workspace_) / config.cwd).lexically_normal().string();
  server = std::make_unique<Server>(std::move(config), strand_);
}

McpServers::~McpServers() = default;

std::vector<std::string> McpServers::names() const {
  std::vector<std::string> all;
  for (const auto& [name, server] : servers_) all.push_back(name);
  return all;
}

asio::awaitable<Result<NativeTools>> McpServers::tools(NativeNeeds needs,
                                                       std::vector<Error>& warnings) {
  std::vector<asio::awaitable<void>> tasks;
  for (const std::string& name : needs.sets) {
    Server& server = *servers_.at(name);
    if (needs.required || !server.warned) tasks.push_back(refresh(server));
  }
  if (!tasks.empty()) co_await run_all(strand_, std::move(tasks));
  NativeTools found;
  for (const std::string& name : needs.sets) {
    Server& server = *servers_.at(name);
    if (!server.error) {
      found.sets[name] = server.tools;
    } else if (needs.required || server.error->code == ErrorCode::kCancelled) {
      co_return fail(*server.error);
    } else if (!server.warned) {
      server.warned = true;
      warnings.push_back(*server.error);
    }
  }
  co_return found;
}

// Connects if need be and asks for the tools; one at a time for each server.
asio::awaitable<void> McpServers::refresh(Server& server) {
  while (server.busy) (void)co_await server.changed.async_wait(net::use_result);
  server.busy = true;
  server.error.reset();
  if (const auto connected = co_await connect(server); !connected) {
    server.error = connected.error();
    server.client.reset();
  } else if (const auto listed = co_await server.client->tools(); !listed) {
    server.error = listed.error();
  } else if (*listed != server.listed) {
    server.listed = *listed;
    server.tools.clear();
    for (const mcp::Tool& tool : **listed) {
      server.tools.push_back(binding_of(server.config, tool, server.client));
    }
  }
  server.busy = false;
  server.changed.cancel();
}

asio::awaitable<Result<void>> McpServers::connect(Server& server) {
  if (cancelled_) co_return fail(ErrorCode::kCancelled, "the run was stopped");
  if (server.client && !server.client->closed()) co_return Result<void>{};
  server.listed = nullptr;
  mcp::ClientOptions options;
  options.version = TACTUS_VERSION;
  server.client = std::make_shared<mcp::Client>(strand_, http_, server.config, options);
  co_return co_await server.client->connect();
}

void McpServers::cancel() {
  cancelled_ = true;
  for (const auto& [name, server] : servers_) {
    if (server->client) server->client->cancel_calls();
  }
}

asio::awaitable<void> McpServers::close() {
  cancelled_ = true;
  std::vector<asio::awaitable<void>> tasks;
  for (const auto& [name, server] : servers_) {
    if (server->client) tasks.push_back(server->client->close());
  }
  if (!tasks.empty()) co_await run_all(strand_, std::move(tasks));
}

}  // namespace tactus::runtime
