// SPDX-License-Identifier: MIT
// HTTP on bare epoll with a parser of its own: the least that a server can do. GET is answered with a
// greeting, POST with the totals of an order. Prints its port.
#include "http_date.hpp"
#include "http_request.hpp"
#include "order.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <exception>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace {

struct connection {
  std::string input, output;  // the begin of a request; what the socket did not take. Both mostly empty
  bool closing = false;
};

int poll_fd;
std::unordered_map<int, connection> connections;

void respond(std::string& out, std::string_view status, std::string_view type, std::string_view body) {
  out.append("HTTP/1.1 ").append(status).append("\r\nServer: bench\r\nDate: ").append(bench::http_date());
  out.append("\r\nContent-Type: ").append(type).append("\r\nContent-Length: ");
  std::array<char, 20> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), body.size()).ptr);
  out.append("\r\nConnection: keep-alive\r\n\r\n").append(body);
}

void handle(const bench::http_request& request, std::string& out) {
  if (request.method == "GET") return respond(out, "200 OK", "text/plain", "Hello, World!");
  try {
    respond(out, "200 OK", "application/json", bench::totals(request.body));
  } catch (const std::exception&) {
    respond(out, "400 Bad Request", "text/plain", "not an order");
  }
}

// Answers the complete requests in `bytes`; returns what is left of them.
std::string_view answer(connection& to, std::string_view bytes, std::string& out) {
  while (!bytes.empty() && !to.closing) {
    bench::http_request request;
    const auto result = bench::parse(bytes, request);
    if (result == bench::parsed::incomplete) break;
    if (result == bench::parsed::refused) {
      respond(out, "400 Bad Request", "text/plain", "refused");
      to.closing = true;
      break;
    }
    handle(request, out);
    to.closing = !request.keep_alive;
    bytes.remove_prefix(request.size);
  }
  return bytes;
}

void watch(int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(poll_fd, operation, fd, &event);
}

void close_connection(int fd) {
  connections.erase(fd);
  ::close(fd);
}

// While output waits nothing is read, so a client that does not read cannot fill the memory.
void flush(int fd, connection& to, std::string_view out, bool waited) {
  const ssize_t n = out.empty() ? 0 : ::send(fd, out.data(), out.size(), MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) return close_connection(fd);
  const auto rest = out.substr(n < 0 ? 0 : static_cast<std::size_t>(n));
  if (rest.empty() && to.closing) return close_connection(fd);
  if (!rest.empty() || waited) {
    to.output = std::string(rest);
    watch(EPOLL_CTL_MOD, fd, rest.empty() ? EPOLLIN : EPOLLOUT);
  }
}

void readable(int fd, connection& from) {
  static std::array<char, 65536> buffer;
  static std::string out;
  const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) return close_connection(fd);
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
  if (!from.input.empty()) bytes = from.input.append(bytes);
  out.clear();
  from.input = std::string(answer(from, bytes, out));
  flush(fd, from, out, false);
}

void accept_from(int listener) {
  const int made = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  if (made < 0) return;
  const int on = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  connections.try_emplace(made);
  watch(EPOLL_CTL_ADD, made, EPOLLIN);
}

}  // namespace

int main() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(own);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&own), size) != 0 || ::listen(listener, 4096) != 0)
    return 1;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&own), &size);
  std::printf("%d\n", ntohs(own.sin_port));
  std::fflush(stdout);

  poll_fd = ::epoll_create1(0);
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);
  std::array<epoll_event, 128> events;
  for (;;) {
    const int ready = ::epoll_wait(poll_fd, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == listener) {
        accept_from(listener);
        continue;
      }
      connection& one = connections.find(event.data.fd)->second;
      if (event.events & EPOLLOUT)
        flush(event.data.fd, one, std::string(one.output), true);
      else
        readable(event.data.fd, one);
    }
  }
}
