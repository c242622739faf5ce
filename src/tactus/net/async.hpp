// Asio idioms that every part of the module shares. Uses: Asio.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tactus::net {

namespace asio = boost::asio;

// Errors as values: `auto [error, size] = co_await socket.async_read_some(buffer, use_result)`.
inline constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

// A new strand on `executor`. Over a plain io_context executor the strand fits into
// any_io_executor's own storage, which saves an allocation and a virtual call for each operation.
inline asio::any_io_executor make_own_strand(const asio::any_io_executor& executor) {
  if (const auto* plain = executor.target<asio::io_context::executor_type>()) {
    return asio::make_strand(*plain);
  }
  return asio::make_strand(executor);
}

}  // namespace tactus::net
