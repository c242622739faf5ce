#include <ctime>

#include <boost/beast/http/status.hpp>

#include <tactus/base/json.hpp>
#include <tactus/base/text.hpp>
#include <tactus/net/http_response_head.hpp>

namespace tactus::net {
namespace {

void append_clean(std::string& out, std::string_view text) {
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    out += (code < 0x20 && byte != '\t') || code == 0x7f ? ' ' : byte;
  }
}

bool is_decided_by_connection(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower == "content-length" || lower == "transfer-encoding" || lower == "connection";
}

void append_date(std::string& out) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  fmt::format_to(std::back_inserter(out), "Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n",
                 kDays.substr(static_cast<std::size_t>(parts.tm_wday) * 3, 3), parts.tm_mday,
                 kMonths.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3),
                 parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

bool status_forbids_body(int status) {
  return (status >= 100 && status < 200) || status == 204 || status == 304;
}

std::string encode_response_head(const ResponseHead& head, const Headers& headers) {
  std::string out;
  out.reserve(256);
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(head.status));
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", head.status,
                 std::string_view(reason.data(), reason.size()));
  append_date(out);
  for (const auto& [name, value] : headers) {
    if (is_decided_by_connection(name)) continue;
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
  }
  if (head.framing == BodyFraming::kLength) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", head.content_length);
  } else if (head.framing == BodyFraming::kChunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (head.after == AfterResponse::kClose) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

ServerResponse error_response(int status, std::string_view code, std::string_view message) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = R"({"error":{"code":)";
  append_json_string(response.body, code);
  response.body += R"(,"message":)";
  append_json_string(response.body, message);
  response.body += "}}";
  return response;
}

}  // namespace tactus::net
