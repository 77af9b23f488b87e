#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "net/trust.h"

namespace trailwarden::net {
namespace {

// What one TLS record holds: more at once would only fill memory with ciphertext.
constexpr std::size_t kRecordMax = 16'384;
constexpr std::size_t kReadSize = 32'768;

struct SslFree {
  void operator()(SSL* ssl) const {
    // Said here and not to the peer: OpenSSL forgets the session of a connection that was not shut.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
  }
};
using SslOwner = std::unique_ptr<SSL, SslFree>;

tl::unexpected<Failure> tls_failure(std::string message) {
  return tl::unexpected(Failure{Failure::Kind::Tls, false, std::move(message)});
}

// Why a certificate is not accepted, in the words that tell what to do.
std::string certificate_reason(long result) {
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet (is the clock right?)";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is for another host";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "its certificate comes from an unknown authority (a proxy's own? set AWS_CA_BUNDLE)";
    default:
      return std::string("its certificate is refused: ") + X509_verify_cert_error_string(result);
  }
}

// Ciphertext goes through two memory buffers, so that OpenSSL needs no socket, and any transport
// will do below.
class TlsTransport final : public Transport {
 public:
  TlsTransport(SslOwner ssl, std::unique_ptr<Transport> plain)
      : ssl_(std::move(ssl)), plain_(std::move(plain)) {
    incoming_ = BIO_new(BIO_s_mem());
    outgoing_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);  // Owns both now.
  }

  Outcome<void> handshake(const Wait& wait) {
    auto done = drive(wait, [this] { return SSL_connect(ssl_.get()); });
    if (done && *done > 0) return {};
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) return tls_failure(certificate_reason(verified));
    if (!done) return tl::unexpected(std::move(done).error());
    return tls_failure("the connection ended in the TLS handshake");
  }

  Outcome<std::size_t> read_some(std::span<char> to, const Wait& wait) override {
    const int size = static_cast<int>(std::min(to.size(), kReadSize));
    return drive(wait, [&] { return SSL_read(ssl_.get(), to.data(), size); });
  }

  Outcome<std::size_t> write_some(std::string_view bytes, const Wait& wait) override {
    const int size = static_cast<int>(std::min(bytes.size(), kRecordMax));
    auto written = drive(wait, [&] { return SSL_write(ssl_.get(), bytes.data(), size); });
    // Part of the record may be on its way already.
    if (!written) written.error().sent = true;
    if (written && *written == 0) {
      return tl::unexpected(Failure{Failure::Kind::Broken, true, "closed by the peer"});
    }
    return written;
  }

  bool is_idle() override {
    return SSL_get_shutdown(ssl_.get()) == 0 && SSL_pending(ssl_.get()) == 0 &&
           BIO_ctrl_pending(incoming_) == 0 && plain_->is_idle();
  }

  SSL* ssl() const { return ssl_.get(); }

 private:
  // Repeats an operation of OpenSSL, moving ciphertext, until it has a result; 0: the peer closed.
  template <class Operation>
  Outcome<std::size_t> drive(const Wait& wait, Operation operation) {
    for (;;) {
      ERR_clear_error();
      const int result = operation();
      const int error = SSL_get_error(ssl_.get(), result);
      auto flushed = flush(wait);  // On an error too: the alert tells the peer why.
      if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) return protocol_failure();
      if (!flushed) return tl::unexpected(std::move(flushed).error());
      if (error == SSL_ERROR_NONE) return static_cast<std::size_t>(result);
      if (error == SSL_ERROR_ZERO_RETURN) return 0;
      auto filled = fill(wait);
      if (!filled) return tl::unexpected(std::move(filled).error());
    }
  }

  Outcome<void> flush(const Wait& wait) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(outgoing_, &bytes);
    std::string_view rest(bytes, static_cast<std::size_t>(size));
    while (!rest.empty()) {
      auto written = plain_->write_some(rest, wait);
      if (!written) return tl::unexpected(std::move(written).error());
      rest.remove_prefix(*written);
    }
    BIO_reset(outgoing_);
    return {};
  }

  Outcome<void> fill(const Wait& wait) {
    std::array<char, kReadSize> bytes;
    auto size = plain_->read_some(bytes, wait);
    if (!size) return tl::unexpected(std::move(size).error());
    if (*size == 0) {
      return tl::unexpected(
          Failure{Failure::Kind::Broken, false, "the connection ended without TLS's farewell"});
    }
    BIO_write(incoming_, bytes.data(), static_cast<int>(*size));
    return {};
  }

  tl::unexpected<Failure> protocol_failure() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    // Before the handshake is done it is about TLS; afterwards about this one connection.
    const auto kind =
        SSL_is_init_finished(ssl_.get()) == 1 ? Failure::Kind::Broken : Failure::Kind::Tls;
    return tl::unexpected(Failure{
        kind, false, std::string("TLS: ") + (reason == nullptr ? "protocol error" : reason)});
  }

  SslOwner ssl_;
  std::unique_ptr<Transport> plain_;
  BIO* incoming_ = nullptr;
  BIO* outgoing_ = nullptr;
};

// Makes `ssl` insist on a certificate for `host`. Names are also sent (SNI); addresses must not be.
bool expect_host(SSL* ssl, const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  const bool is_address = inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
                          inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
  if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

}  // namespace

void SslContextFree::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void SslSessionFree::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }

Tls::Tls(std::string ca_bundle) : ca_bundle_(std::move(ca_bundle)) {}
Tls::~Tls() = default;

Outcome<ssl_ctx_st*> Tls::context() {
  const std::scoped_lock lock(mutex_);
  if (context_) return context_.get();
  std::unique_ptr<ssl_ctx_st, SslContextFree> context(SSL_CTX_new(TLS_client_method()));
  if (!context) return tls_failure("OpenSSL cannot start");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  auto loaded = load_trust(context.get(), ca_bundle_);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  context_ = std::move(context);
  return context_.get();
}

Outcome<std::unique_ptr<Transport>> Tls::connect(std::unique_ptr<Transport> plain,
                                                 const std::string& host, const std::string& peer,
                                                 const Wait& wait) {
  auto trusting = context();
  if (!trusting) return tl::unexpected(std::move(trusting).error());
  SslOwner ssl(SSL_new(*trusting));
  if (!ssl || !expect_host(ssl.get(), host)) return tls_failure("OpenSSL refuses the host's name");
  {
    const std::scoped_lock lock(mutex_);
    const auto session = sessions_.find(peer);
    if (session != sessions_.end()) SSL_set_session(ssl.get(), session->second.get());
  }
  auto transport = std::make_unique<TlsTransport>(std::move(ssl), std::move(plain));
  auto shaken = transport->handshake(wait);
  if (shaken) return transport;
  const std::scoped_lock lock(mutex_);
  sessions_.erase(peer);
  return tl::unexpected(std::move(shaken).error());
}

void Tls::keep_session(const Transport& transport, const std::string& peer) {
  const auto* ours = dynamic_cast<const TlsTransport*>(&transport);
  if (ours == nullptr) return;
  std::unique_ptr<ssl_session_st, SslSessionFree> session(SSL_get1_session(ours->ssl()));
  if (!session || SSL_SESSION_is_resumable(session.get()) != 1) return;
  const std::scoped_lock lock(mutex_);
  sessions_[peer] = std::move(session);
}

}  // namespace trailwarden::net
