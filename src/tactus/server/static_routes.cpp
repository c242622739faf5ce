// The front end, embedded in the binary.
#include <zlib.h>

#include <tactus/server/context.hpp>

namespace tactus::server {

using boost::asio::awaitable;

namespace {

constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const Asset* find_asset(std::span<const Asset> assets, std::string_view path) {
  for (const Asset& asset : assets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

// For the rare client that does not take gzip.
std::string inflated(std::span<const unsigned char> gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};
  stream.next_in = const_cast<unsigned char*>(gzip.data());
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string bytes;
  char buffer[16384];
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<unsigned char*>(buffer);
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    bytes.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  return bytes;
}

}  // namespace

awaitable<void> get_asset(Context& context) {
  const std::string path = context.request.path == "/" ? "/index.html" : context.request.path;
  const Asset* asset = find_asset(context.options.assets, path);
  if (!asset) {
    const bool built_in = !context.options.assets.empty();
    const ApiError error = built_in
                               ? api_error(404, "not_found", "there is nothing at " + path)
                               : api_error(404, "not_found", "this build has no front end embedded",
                                           "build with ./dev build");
    co_return (void) co_await context.out.send(error_response(error));
  }
  const bool immutable = path.starts_with("/assets/");
  net::ServerResponse response;
  response.headers = {
      {"Content-Type", std::string(asset->content_type)},
      {"ETag", std::string(asset->etag)},
      {"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(kPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Vary", "Accept-Encoding"}};
  if (context.request.header("if-none-match") == asset->etag) {
    response.status = 304;
  } else if (context.request.header("accept-encoding").value_or("").find("gzip") !=
             std::string_view::npos) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body.assign(reinterpret_cast<const char*>(asset->gzip.data()), asset->gzip.size());
  } else {
    response.body = inflated(asset->gzip);
  }
  co_await context.out.send(std::move(response));
}

}  // namespace tactus::server
