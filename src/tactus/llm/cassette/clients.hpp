// The two clients behind cassette.hpp. Private to the folder.
#pragma once

#include <tactus/llm/cassette/cassette.hpp>

namespace tactus::llm::cassette {

Result<std::unique_ptr<CassetteClient>> make_recorder(net::HttpClient& http,
                                                      const std::string& folder,
                                                      const CassetteUse& use);
Result<std::unique_ptr<CassetteClient>> make_player(boost::asio::any_io_executor executor,
                                                    const CassetteOptions& options,
                                                    const CassetteUse& use);

}  // namespace tactus::llm::cassette
