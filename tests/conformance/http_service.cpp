#include "http_service.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tactus::conformance {
namespace {

namespace asio = boost::asio;

Json to_json(const net::ServerRequest& request) {
  JsonObject query, headers;
  for (const auto& [name, value] : request.query) {
    Json& there = query[name];
    there = there.is_string() ? Json(std::string(there.get_string()) + "," + value) : Json(value);
  }
  for (const auto& [name, value] : request.headers) headers[name] = value;
  const auto body = parse_json(request.body);
  return JsonObject{{"method", request.method},
                    {"path", request.path},
                    {"query", std::move(query)},
                    {"headers", std::move(headers)},
                    {"body", body ? *body : Json(request.body)}};
}

}  // namespace

HttpService::HttpService(asio::io_context& io, const std::string& answers)
    : answers_(parse_json(answers)->as_array()) {
  auto server = net::HttpServer::listen(
      io.get_executor(), {},
      [this](net::ServerRequest request, net::Responder& responder) -> asio::awaitable<void> {
        return answer(std::move(request), responder);
      });
  TACTUS_ASSERT(server.has_value());
  server_ = std::move(*server);
}

std::string HttpService::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

std::vector<Json> HttpService::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

asio::awaitable<void> HttpService::stop() { co_await server_->stop(std::chrono::seconds(1)); }

JsonObject HttpService::take(const net::ServerRequest& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(to_json(request));
  return answers_.at(std::min(requests_.size(), answers_.size()) - 1).as_object();
}

asio::awaitable<void> HttpService::answer(net::ServerRequest request, net::Responder& responder) {
  const Json given(take(request));
  if (const auto delay = int_member(given, "delay_ms"); delay > 0) {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(delay));
    co_await timer.async_wait(asio::use_awaitable);
  }
  if (bool_member(given, "cut")) {
    responder.abort();
    co_return;
  }
  net::ServerResponse response;
  response.status = static_cast<int>(int_member(given, "status", 200));
  response.body = string_member(given, "body");
  if (const Json* json = find_member(given, "json")) {
    response.body = dump_json(*json);
    response.headers.emplace_back("content-type", "application/json");
  }
  if (const Json* headers = find_member(given, "headers")) {
    for (const auto& header : headers->as_object()) {
      std::string value(header.value().as_string());
      if (const std::size_t at = value.find("{http}"); at != std::string::npos)
        value.replace(at, 6, url());
      response.headers.emplace_back(header.key(), std::move(value));
    }
  }
  co_await responder.send(std::move(response));
}

}  // namespace tactus::conformance
