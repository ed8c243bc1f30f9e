// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>
#include <plua/net/connect.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace plua::net {
namespace {

const work_kind connecting_work("tcp connect");

}  // namespace

// ---------------------------------------------------------------- one address

connect_operation::attempt::state connect_operation::attempt::begin(const tcp::endpoint& to, error_code& ec) {
  const int fd = ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    ec = last_error();
    return state::failed;
  }
  set_no_delay(fd);
  const auto size = static_cast<socklen_t>(to.size());
  int status = ::connect(fd, to.data(), size);
  // On the loopback interface the handshake is over when the first call returns: the second one says so,
  // which costs less than a turn of the loop.
  if (status != 0 && errno == EINPROGRESS) status = ::connect(fd, to.data(), size);
  const bool pending = status != 0 && (errno == EALREADY || errno == EINPROGRESS);
  if (status != 0 && !pending) {
    ec = last_error();
    ::close(fd);
    return state::failed;
  }
  ec = open_descriptor(fd, pending);
  if (!ec && pending) ec = wait_for_output();
  if (ec) return state::failed;
  return pending ? state::pending : state::connected;
}

void connect_operation::attempt::on_ready(bool, bool) {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
  whole_.attempted({error, boost::system::system_category()});
}

// ---------------------------------------------------------------- all of them

connect_operation::connect_operation(network& net, std::string host, std::uint16_t port,
                                     std::optional<double> timeout)
    : net_(net), host_(std::move(host)), port_(port), timeout_(timeout) {}

connect_operation::~connect_operation() = default;

bool connect_operation::start() {
  lookup_.emplace(net_.names(), host_, port_);
  lookup_->set_receiver(*this);
  const bool over = lookup_->start() && take_addresses();
  if (!over && timeout_) net_.timers().arm_after(*this, *timeout_);
  return over;
}

void connect_operation::cancel() noexcept {
  disarm();
  lookup_.reset();
  attempt_.give_up();
}

void connect_operation::expired() noexcept {
  cancel();
  fail(failure(make_error_code(errc::timeout), "connect", to_string({host_, port_})));
  complete();
}

void connect_operation::operation_completed() noexcept { settle(take_addresses()); }

void connect_operation::attempted(error_code ec) {
  if (!ec) {
    succeed();
    return settle(true);
  }
  attempt_.give_up();
  fail(failure(ec, "connect", to_string(to_address(endpoints_[next_]))));
  ++next_;
  settle(try_next());
}

void connect_operation::settle(bool over) {
  if (!over) return;
  disarm();
  complete();
}

// True when the operation is over, as below.
bool connect_operation::take_addresses() {
  auto found = lookup_->result();
  lookup_.reset();
  if (!found) {
    fail(found.error());
    return true;
  }
  endpoints_ = std::move(*found);
  return try_next();
}

bool connect_operation::try_next() {
  for (; next_ < endpoints_.size(); ++next_) {
    error_code ec;
    switch (attempt_.begin(endpoints_[next_], ec)) {
      case attempt::state::connected:
        succeed();
        return true;
      case attempt::state::pending:
        return false;
      case attempt::state::failed:
        fail(failure(ec, "connect", to_string(to_address(endpoints_[next_]))));
    }
  }
  return true;
}

void connect_operation::succeed() {
  connected_.reset(new connection(net_, std::move(attempt_), endpoints_[next_]));
}

std::string connect_operation::describe() const {
  return lookup_ ? lookup_->describe() : "a connection to " + to_string({host_, port_});
}

const work_kind* connect_operation::kind() const noexcept { return &connecting_work; }

outcome<ptr<connection>> connect_operation::result() {
  if (connected_) return std::move(connected_);
  return std::move(*error_);
}

// ---------------------------------------------------------------- for coroutines

awaitable<ptr<connection>> connect(network& net, std::string host, std::uint16_t port,
                                   std::optional<double> timeout) {
  auto make = [&] { return connect_operation(net, std::move(host), port, timeout); };
  auto made = co_await async_operation<connect_operation>(net.get_executor(), std::move(make),
                                                          asio::use_awaitable_t<executor>());
  if (!made) throw made.error();
  co_return std::move(*made);
}

awaitable<ptr<listener>> listen(network& net, std::string host, std::uint16_t port, int backlog) {
  const std::vector<tcp::endpoint> endpoints = co_await net.names().resolve(std::move(host), port, true);
  co_return ptr<listener>(new listener(net, endpoints.front(), backlog));
}

}  // namespace plua::net
