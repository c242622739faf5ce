#include <tactus/llm/cassette/clients.hpp>

namespace tactus::llm {

Result<std::unique_ptr<CassetteClient>> open_cassettes(boost::asio::any_io_executor executor,
                                                       net::HttpClient& http,
                                                       const CassetteOptions& options,
                                                       const CassetteUse& use) {
  if (options.mode == CassetteOptions::Mode::kRecord)
    return cassette::make_recorder(http, options.folder, use);
  return cassette::make_player(std::move(executor), options, use);
}

}  // namespace tactus::llm
