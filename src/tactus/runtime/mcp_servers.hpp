// The MCP servers of one run: connected when a turn first needs them, shared by all turns, closed
// with the run. Lives on the run's strand. Uses: mcp, tool_set.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include <tactus/mcp/client.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/tool_set.hpp>

namespace tactus::runtime {

class McpServers {
 public:
  // `http` must outlive the object. Relative folders in `configs` are below `workspace`.
  McpServers(boost::asio::any_io_executor strand, net::HttpClient& http,
             std::map<std::string, mcp::ServerConfig> configs, const std::string& workspace);
  ~McpServers();  // Ends every connection at once.
  McpServers(const McpServers&) = delete;
  McpServers& operator=(const McpServers&) = delete;

  // One more, as if it had been there from the beginning; one of a name that is known stays.
  void add(mcp::ServerConfig config);

  // Names of all servers, in order.
  std::vector<std::string> names() const;

  // The tools of the servers that are needed, which are connected all at once where they are not.
  // Fails with kMcpConnect when a required one cannot be used. One that is merely registered is
  // left out: its error is added to `warnings`, once, and it is not tried again. kCancelled after
  // `cancel`.
  boost::asio::awaitable<Result<NativeTools>> tools(NativeNeeds needs,
                                                    std::vector<Error>& warnings);

  // The run is being stopped: what waits here fails with kCancelled, now and later.
  void cancel();
  // Ends all connections in order; about a second at most.
  boost::asio::awaitable<void> close();

 private:
  struct Server;

  boost::asio::awaitable<void> refresh(Server& server);
  boost::asio::awaitable<Result<void>> connect(Server& server);

  boost::asio::any_io_executor strand_;
  net::HttpClient& http_;
  std::string workspace_;
  std::map<std::string, std::unique_ptr<Server>> servers_;
  bool cancelled_ = false;
};

}  // namespace tactus::runtime
