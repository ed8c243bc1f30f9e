// SPDX-License-Identifier: MIT
// TLS for clients, over any stream. OpenSSL works on memory only: waiting, deadlines and cancelling stay with
// the stream below.
#pragma once

#include <plua/coro/service.hpp>
#include <plua/net/stream.hpp>
#include <plua/net/tls_options.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

// OpenSSL's own name; its headers stay out of ours.
struct ssl_ctx_st;

namespace plua::net {

/// X509_V_ numbers with OpenSSL's texts: "certificate has expired".
const boost::system::error_category& certificate_category() noexcept;
/// Packed numbers of OpenSSL's error queue: "wrong version number".
const boost::system::error_category& tls_category() noexcept;

/// What the connections of a runtime share: the trusted certificates, loaded when they are first needed.
class tls_client final : public service {
 public:
  explicit tls_client(runtime&) {}
  ~tls_client() override;
  void shut_down() noexcept override {}

  /// Throws failure("tls") when the file with the certificates cannot be used.
  ssl_ctx_st* context(const tls_options& options);

 private:
  struct free_context {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  std::map<std::pair<bool, std::string>, std::unique_ptr<ssl_ctx_st, free_context>> contexts_;
};

/// Shakes hands as a client for `host`, a name or an address, which the certificate must be valid for. The
/// deadline of the stream below holds. Throws failure("tls"): its code is of certificate_category when the
/// certificate is what is wrong.
///
///     auto plain = net::make_stream(network, connection);
///     net::tls_options options;
///     auto& tls = runtime.use<net::tls_client>();
///     auto secure = co_await net::start_tls(tls, std::move(plain), "example.org", options);
awaitable<std::unique_ptr<stream>> start_tls(tls_client& client, std::unique_ptr<stream> below,
                                             std::string host, tls_options options);

}  // namespace plua::net
