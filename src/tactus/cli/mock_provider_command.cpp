// tactus mock-provider.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <tactus/base/text.hpp>
#include <tactus/cli/commands.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/llm/mock/mock_provider.hpp>

namespace tactus::cli {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kScriptBytesMax = 16u << 20;

Result<llm::mock::MockOptions> options_of(const MockProviderCommand& command) {
  llm::mock::MockOptions options;
  options.host = command.host;
  options.port = command.port;
  options.pace = command.pace;
  options.generate_tokens = command.generate_tokens;
  options.stamp_tokens = command.stamp_tokens;
  if (!command.fault.empty()) {
    auto fault = llm::mock::parse_fault(command.fault);
    if (!fault) return fail(fault.error());
    options.fault = *fault;
  }
  if (!command.script.empty()) {
    auto script = read_file_bytes(command.script, kScriptBytesMax);
    if (!script) {
      return fail(Error{ErrorCode::kFile,
                        command.script + ": cannot be read",
                        "check that the file is there, readable and below 16 MiB",
                        {},
                        ""});
    }
    options.script_json = std::move(*script);
  }
  return options;
}

}  // namespace

int mock_provider_command(const MockProviderCommand& command) {
  const auto options = options_of(command);
  if (!options) {
    print_error(options.error());
    return options.error().code == ErrorCode::kUsage ? 2 : 1;
  }
  asio::io_context io(1);
  auto provider = llm::mock::MockProvider::start(io.get_executor(), *options);
  if (!provider) {
    print_error(provider.error());
    return 1;
  }
  write_to(1,
           fmt::format("mock provider at {}\nuse it with OPENAI_BASE_URL={} OPENAI_API_KEY=any\n",
                       (*provider)->base_url(), (*provider)->base_url()));
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) {
    asio::co_spawn(io, (*provider)->stop(), [&io](std::exception_ptr) { io.stop(); });
  });
  io.run();
  return 0;
}

}  // namespace tactus::cli
