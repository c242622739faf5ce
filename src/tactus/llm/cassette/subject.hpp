// What requests ask, as cassettes know them. Pure. Uses: llm's values, net.
#pragma once

#include <string>

#include <tactus/llm/model.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::llm::cassette {

// Provider, model, messages, tools and settings. Tool calls are named by their order, as ids that
// we make up may be others in another run.
net::RequestSubject model_subject(const std::string& provider, const ModelRequest& request,
                                  const std::string& place);

// Method, address and body of a request that a program makes.
net::RequestSubject http_subject(const net::HttpRequest& request, const std::string& place);

}  // namespace tactus::llm::cassette
