// SPDX-License-Identifier: MIT
#include <plua/net/tls.hpp>

#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <new>
#include <utility>

namespace plua::net {
namespace {

// A record with its overhead.
constexpr std::size_t record_size = 17 * 1024;
// So much is encrypted before it is sent: memory for a piece of the data, not for all.
constexpr std::size_t write_piece = 64 * 1024;

struct free_ssl {
  void operator()(SSL* ssl) const noexcept { ::SSL_free(ssl); }
};

int clamped(std::size_t size) noexcept { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

class tls_stream final : public stream {
 public:
  tls_stream(ssl_ctx_st* context, std::unique_ptr<stream> below, std::string host);
  ~tls_stream() override { close({}); }

  void prepare(const tls_options& options);
  awaitable<void> shake_hands();
  /// Who this talks to, for messages: "example.org (192.0.2.1:443)".
  std::string address() const { return host_ + " (" + peer() + ")"; }

  awaitable<std::size_t> read_some(std::span<char> into) override;
  awaitable<void> write(std::string_view data) override;
  state read_now(std::span<char> into, std::size_t& count) noexcept override;
  void close(std::string_view farewell) noexcept override;

  bool is_open() const noexcept override { return below_->is_open(); }
  void set_deadline(const deadline& when) noexcept override { below_->set_deadline(when); }
  std::string peer() const override { return below_->peer(); }

 private:
  enum class step { done, needs_input, ended, failed };
  /// What OpenSSL's last call came to. Its queue of errors is read here, before anything else can run.
  step judge(int result) noexcept;
  step read_step(std::span<char> into, std::size_t& count) noexcept;
  [[noreturn]] void fail() const;
  std::string take_output();
  void give_input(std::span<const char> data) noexcept;
  awaitable<void> flush();
  awaitable<void> fill();

  std::unique_ptr<stream> below_;
  std::string host_;
  std::unique_ptr<SSL, free_ssl> ssl_;
  BIO* input_;   // owned by ssl_
  BIO* output_;  // owned by ssl_
  error_code error_;
  bool broken_ = false;  // after an error OpenSSL wants no further call
  bool closed_ = false;
};

tls_stream::tls_stream(ssl_ctx_st* context, std::unique_ptr<stream> below, std::string host)
    : below_(std::move(below)),
      host_(std::move(host)),
      ssl_(::SSL_new(context)),
      input_(::BIO_new(::BIO_s_mem())),
      output_(::BIO_new(::BIO_s_mem())) {
  if (!ssl_ || !input_ || !output_) throw std::bad_alloc();
  ::BIO_set_mem_eof_return(input_, -1);  // empty means "later", not the end
  ::BIO_set_mem_eof_return(output_, -1);
  ::SSL_set_bio(ssl_.get(), input_, output_);
  ::SSL_set_connect_state(ssl_.get());
}

void tls_stream::prepare(const tls_options& options) {
  // The root's dot is no part of the name in a certificate.
  if (host_.size() > 1 && host_.back() == '.') host_.pop_back();
  boost::system::error_code not_numeric;
  asio::ip::make_address(host_, not_numeric);
  X509_VERIFY_PARAM* check = ::SSL_get0_param(ssl_.get());
  int ok = 1;
  if (not_numeric) {
    ::X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ok = ::X509_VERIFY_PARAM_set1_host(check, host_.data(), host_.size());
    if (ok == 1) ok = static_cast<int>(SSL_set_tlsext_host_name(ssl_.get(), host_.c_str()));
  } else {
    ok = ::X509_VERIFY_PARAM_set1_ip_asc(check, host_.c_str());
  }
  std::string protocols;
  for (const std::string& name : options.protocols)
    protocols.append(1, static_cast<char>(name.size())).append(name);
  // This one is zero for success.
  if (ok == 1 && !protocols.empty() &&
      ::SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size())) != 0)
    ok = 0;
  if (ok != 1) {
    judge(0);
    fail();
  }
}

tls_stream::step tls_stream::judge(int result) noexcept {
  const int kind = ::SSL_get_error(ssl_.get(), result);
  if (result > 0) return step::done;
  if (kind == SSL_ERROR_WANT_READ) return step::needs_input;
  if (kind == SSL_ERROR_ZERO_RETURN) return step::ended;
  broken_ = true;
  const long verified = ::SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK && ::SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE)
    error_ = error_code(static_cast<int>(verified), certificate_category());
  else
    error_ = error_code(static_cast<int>(::ERR_peek_error()), tls_category());
  return step::failed;
}

void tls_stream::fail() const { throw failure(error_, "tls", address()); }

std::string tls_stream::take_output() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(output_, &data);
  std::string taken(data, size > 0 ? static_cast<std::size_t>(size) : 0);
  (void)BIO_reset(output_);
  return taken;
}

void tls_stream::give_input(std::span<const char> data) noexcept {
  ::BIO_write(input_, data.data(), clamped(data.size()));
}

awaitable<void> tls_stream::flush() {
  const std::string records = take_output();
  if (!records.empty()) co_await below_->write(records);
}

awaitable<void> tls_stream::fill() {
  const auto buffer = std::make_unique_for_overwrite<char[]>(record_size);
  const std::size_t count = co_await below_->read_some(std::span(buffer.get(), record_size));
  if (count > 0) {
    give_input(std::span(buffer.get(), count));
    co_return;
  }
  // Only close_notify says that all has come: what ends otherwise may have been cut off by anybody.
  broken_ = true;
  throw failure(error_code(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING)),
                           tls_category()),
                "tls", address());
}

awaitable<void> tls_stream::shake_hands() {
  for (;;) {
    ::ERR_clear_error();
    const step s = judge(::SSL_do_handshake(ssl_.get()));
    // Also after a failure: the alert tells the peer why.
    if (s == step::failed) below_->close(take_output());
    if (s == step::failed || s == step::ended) fail();
    co_await flush();
    if (s == step::done) co_return;
    co_await fill();
  }
}

tls_stream::step tls_stream::read_step(std::span<char> into, std::size_t& count) noexcept {
  if (broken_) return step::failed;
  ::ERR_clear_error();
  const int n = ::SSL_read(ssl_.get(), into.data(), clamped(into.size()));
  count = n > 0 ? static_cast<std::size_t>(n) : 0;
  return judge(n);
}

awaitable<std::size_t> tls_stream::read_some(std::span<char> into) {
  if (into.empty()) co_return 0;
  for (;;) {
    std::size_t count = 0;
    switch (read_step(into, count)) {
      case step::done:
        co_return count;
      case step::ended:
        co_return 0;
      case step::failed:
        fail();
      case step::needs_input:
        break;
    }
    co_await flush();  // a key update is answered
    co_await fill();
  }
}

awaitable<void> tls_stream::write(std::string_view data) {
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, write_piece);
    if (broken_) fail();
    ::ERR_clear_error();
    if (judge(::SSL_write(ssl_.get(), piece.data(), clamped(piece.size()))) != step::done) fail();
    co_await flush();
    data.remove_prefix(piece.size());
  }
}

stream::state tls_stream::read_now(std::span<char> into, std::size_t& count) noexcept {
  const auto buffer = std::make_unique_for_overwrite<char[]>(record_size);
  for (;;) {
    const step s = read_step(into, count);
    if (s == step::done) return state::data;
    if (s != step::needs_input) return state::ended;
    std::size_t raw = 0;
    const state below = below_->read_now(std::span(buffer.get(), record_size), raw);
    if (below != state::data) return below;
    give_input(std::span(buffer.get(), raw));
  }
}

void tls_stream::close(std::string_view farewell) noexcept {
  if (std::exchange(closed_, true)) return;
  if (!broken_ && below_->is_open() && ::SSL_is_init_finished(ssl_.get())) {
    ::ERR_clear_error();
    if (!farewell.empty()) ::SSL_write(ssl_.get(), farewell.data(), clamped(farewell.size()));
    ::SSL_shutdown(ssl_.get());
    ::ERR_clear_error();
  }
  below_->close(take_output());
}

}  // namespace

awaitable<std::unique_ptr<stream>> start_tls(tls_client& client, std::unique_ptr<stream> below,
                                             std::string host, tls_options options) {
  ssl_ctx_st* context = client.context(options);
  auto made = std::make_unique<tls_stream>(context, std::move(below), std::move(host));
  made->prepare(options);
  try {
    co_await made->shake_hands();
  } catch (const failure& f) {
    // A read that fails here is a failed handshake.
    if (f.operation() == "tls" || f.code() == errc::cancelled) throw;
    throw failure(f.code(), "tls", made->address());
  }
  co_return std::move(made);
}

}  // namespace plua::net
