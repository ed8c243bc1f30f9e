// SPDX-License-Identifier: MIT
#include <plua/core/symbolic_category.hpp>
#include <plua/net/tls.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <new>

namespace plua::net {
namespace {

class certificate_errors final : public symbolic_category {
 public:
  const char* name() const noexcept override { return "certificate"; }
  std::string message(int value) const override { return ::X509_verify_cert_error_string(value); }
  const char* symbol(int value) const noexcept override {
    switch (value) {
      case X509_V_ERR_CERT_HAS_EXPIRED:
        return "certificate_expired";
      case X509_V_ERR_CERT_NOT_YET_VALID:
        return "certificate_not_yet_valid";
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "certificate_wrong_host";
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "certificate_self_signed";
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "certificate_unknown_issuer";
    }
    return "certificate_invalid";
  }
};

class tls_errors final : public symbolic_category {
 public:
  const char* name() const noexcept override { return "tls"; }
  std::string message(int value) const override {
    const char* reason = ::ERR_reason_error_string(static_cast<unsigned long>(value));
    return reason ? reason : "TLS error " + std::to_string(value);
  }
  const char* symbol(int) const noexcept override { return "tls"; }
};

}  // namespace

const boost::system::error_category& certificate_category() noexcept {
  static const certificate_errors instance;
  return instance;
}

const boost::system::error_category& tls_category() noexcept {
  static const tls_errors instance;
  return instance;
}

tls_client::~tls_client() = default;

void tls_client::free_context::operator()(ssl_ctx_st* context) const noexcept { ::SSL_CTX_free(context); }

ssl_ctx_st* tls_client::context(const tls_options& options) {
  auto& known = contexts_[{options.verify, options.ca_file}];
  if (known) return known.get();

  ::ERR_clear_error();
  std::unique_ptr<ssl_ctx_st, free_context> made(::SSL_CTX_new(::TLS_client_method()));
  if (!made) throw std::bad_alloc();
  ::SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
  // A peer that renegotiates would make a write wait for a read.
  ::SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION);
  // An idle connection holds no buffers.
  ::SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_verify(made.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (options.verify) {
    const int loaded = options.ca_file.empty()
                           ? ::SSL_CTX_set_default_verify_paths(made.get())
                           : ::SSL_CTX_load_verify_file(made.get(), options.ca_file.c_str());
    if (loaded != 1) {
      const auto code = static_cast<int>(::ERR_peek_error());
      throw failure(error_code(code, tls_category()), "tls",
                    options.ca_file.empty() ? "trusted certificates" : options.ca_file);
    }
  }
  known = std::move(made);
  return known.get();
}

}  // namespace plua::net
