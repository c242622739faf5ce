// TLS verification against certificates made here: a CA, a server certificate it signed, and one
// signed by nobody known.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <tactus/net/net_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;
namespace ssl = asio::ssl;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

struct Identity {
  Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  Certificate certificate{X509_new(), &X509_free};
};

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate for `name`, signed by `issuer` or, without one, by itself as a CA.
Identity make_identity(const char* name, const char* alternative, const Identity* issuer) {
  Identity identity;
  X509* certificate = identity.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, identity.key.get());
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const Identity& signer = issuer == nullptr ? identity : *issuer;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  add_extension(certificate, NID_basic_constraints,
                issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  if (alternative != nullptr) add_extension(certificate, NID_subject_alt_name, alternative);
  X509_sign(certificate, signer.key.get(), EVP_sha256());
  return identity;
}

std::string pem(X509* certificate) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string copy(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return copy;
}

// Answers every connection with one streamed response over TLS; `cut` leaves the last chunk out.
class TlsPeer {
 public:
  TlsPeer(const Identity& identity, bool cut)
      : tls_(ssl::context::tls_server), acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    SSL_CTX_use_certificate(tls_.native_handle(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(tls_.native_handle(), identity.key.get());
    thread_ = std::thread([this, cut] { serve(cut); });
  }
  ~TlsPeer() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // Ends the blocking accept.
    thread_.join();
  }
  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }

 private:
  void serve(bool cut) {
    for (;;) {
      boost::system::error_code error;
      ssl::stream<tcp::socket> stream(context_, tls_);
      acceptor_.accept(stream.next_layer(), error);
      if (error) return;
      stream.handshake(ssl::stream_base::server, error);
      std::string head;
      if (!error) asio::read_until(stream, asio::dynamic_buffer(head), "\r\n\r\n", error);
      if (error) continue;
      std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n";
      if (!cut) answer += "0\r\n\r\n";
      asio::write(stream, asio::buffer(answer), error);
      if (!cut) stream.shutdown(error);
    }
  }

  asio::io_context context_;
  ssl::context tls_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

struct Outcome {
  int status = 0;
  std::string body;
  std::optional<Error> error;
};

awaitable<Outcome> receive(std::shared_ptr<HttpExchange> exchange) {
  Outcome outcome;
  const Result<HttpHead> head = co_await exchange->head();
  if (!head) {
    outcome.error = head.error();
    co_return outcome;
  }
  outcome.status = head->status;
  for (;;) {
    const Result<std::string> bytes = co_await exchange->read();
    if (!bytes) outcome.error = bytes.error();
    if (!bytes || bytes->empty()) co_return outcome;
    outcome.body += *bytes;
  }
}

class HttpClientTls : public testing::Test {
 protected:
  HttpClientTls() : ca_(make_identity("Test CA", nullptr, nullptr)) {
    std::string name = (std::filesystem::temp_directory_path() / "tactus-ca-XXXXXX").string();
    ::close(::mkstemp(name.data()));
    ca_file_ = name;
    std::ofstream(ca_file_) << pem(ca_.certificate.get());
  }
  ~HttpClientTls() override { std::filesystem::remove(ca_file_); }

  Outcome fetch(const std::string& url, const std::string& ca_file) {
    Loop loop;
    HttpClientOptions options;
    options.ca_file = ca_file;
    auto client = HttpClient::open(loop.executor(), options);
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    return loop.run(receive((*client)->start(request)));
  }

  static constexpr const char* kLoopback = "DNS:localhost,IP:127.0.0.1";
  Identity ca_;
  std::string ca_file_;
};

TEST_F(HttpClientTls, TrustsACertificateSignedByTheGivenCa) {
  TlsPeer peer(make_identity("localhost", kLoopback, &ca_), false);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Outcome outcome = fetch(peer.url(host), ca_file_);
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.status, 200);
    EXPECT_EQ(outcome.body, "secret");
  }
}

TEST_F(HttpClientTls, RefusesACertificateOfAnUnknownCaAndSaysSo) {
  TlsPeer peer(make_identity("localhost", kLoopback, &ca_), false);
  const Outcome outcome = fetch(peer.url("localhost"), "");
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(outcome.error->code, ErrorCode::kProviderNetwork);
  EXPECT_NE(outcome.error->message.find("not trusted"), std::string::npos)
      << outcome.error->message;
  EXPECT_NE(outcome.error->hint.find("CA file"), std::string::npos);
  EXPECT_EQ(outcome.body, "");
}

TEST_F(HttpClientTls, TrustsTheCaOfTheVariableUnlessItCannotBeRead) {
  TlsPeer peer(make_identity("localhost", kLoopback, &ca_), false);
  const char* const before = std::getenv("SSL_CERT_FILE");
  const std::optional<std::string> kept =
      before != nullptr ? std::optional<std::string>(before) : std::nullopt;
  ::setenv("SSL_CERT_FILE", ca_file_.c_str(), 1);
  const Outcome trusted = fetch(peer.url("localhost"), "");
  ::setenv("SSL_CERT_FILE", (ca_file_ + ".missing").c_str(), 1);
  const Outcome refused = fetch(peer.url("localhost"), "");
  kept ? ::setenv("SSL_CERT_FILE", kept->c_str(), 1) : ::unsetenv("SSL_CERT_FILE");
  EXPECT_EQ(trusted.error, std::nullopt);
  EXPECT_EQ(trusted.body, "secret");
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_NE(refused.error->message.find("not trusted"), std::string::npos);
}

TEST_F(HttpClientTls, RefusesACertificateForAnotherHost) {
  TlsPeer peer(make_identity("other.example", "DNS:other.example", &ca_), false);
  const Outcome outcome = fetch(peer.url("localhost"), ca_file_);
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(outcome.error->code, ErrorCode::kProviderNetwork);
}

TEST_F(HttpClientTls, AConnectionCutWithoutTheLastChunkIsAStreamError) {
  TlsPeer peer(make_identity("localhost", kLoopback, &ca_), true);
  const Outcome outcome = fetch(peer.url("localhost"), ca_file_);
  EXPECT_EQ(outcome.body, "secret");
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(outcome.error->code, ErrorCode::kProviderStream);
}

TEST_F(HttpClientTls, AServerWithoutTlsIsANetworkError) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder&) -> awaitable<void> { co_return; });
  const Outcome outcome =
      fetch("https://127.0.0.1:" + std::to_string(server.port()) + "/", ca_file_);
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(outcome.error->code, ErrorCode::kProviderNetwork);
}

TEST_F(HttpClientTls, AMissingCaFileIsAConfigError) {
  Loop loop;
  HttpClientOptions options;
  options.ca_file = ca_file_ + ".missing";
  const auto client = HttpClient::open(loop.executor(), options);
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace tactus::net
