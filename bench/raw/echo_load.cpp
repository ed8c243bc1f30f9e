// SPDX-License-Identifier: MIT
// Load for TCP echo servers: echo_load PORT CONNECTIONS SIZE COUNT [HEAD]. Opens the connections, sends HEAD
// and makes one round trip on each and a tenth of COUNT over all, so that what compiles itself has done so;
// says "open" and awaits a line. Then COUNT round trips over all of them, each connection sending again as
// soon as its echo is complete. Prints the seconds that took. With COUNT 0 it holds the idle connections
// until its input ends. HEAD is for servers that want a request before they hand out the connection; they do
// not echo it.
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

std::string head, message;
std::vector<char> buffer;

void check(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

void send_text(int fd, const std::string& text) {
  check(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()), "send");
}

std::size_t receive(int fd) {
  const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
  check(n > 0, "recv");
  return static_cast<std::size_t>(n);
}

int open_connection(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  check(fd >= 0, "socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0, "connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (!head.empty()) send_text(fd, head);
  send_text(fd, message);
  for (std::size_t got = 0; got < message.size();) got += receive(fd);
  return fd;
}

double run(const std::vector<int>& sockets, long count) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  check(poll >= 0, "epoll_create1");
  std::vector<std::size_t> missing(sockets.size());
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i], &event);
  }
  const auto begin = std::chrono::steady_clock::now();
  long sent = 0, done = 0;
  const auto next = [&](std::size_t i) {
    if (sent == count) return;
    ++sent;
    missing[i] = message.size();
    send_text(sockets[i], message);
  };
  for (std::size_t i = 0; i < sockets.size(); ++i) next(i);
  std::vector<epoll_event> events(sockets.size());
  while (done < count) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int e = 0; e < ready; ++e) {
      const std::size_t i = events[static_cast<std::size_t>(e)].data.u64;
      missing[i] -= receive(sockets[i]);
      if (missing[i] != 0) continue;
      ++done;
      next(i);
    }
  }
  ::close(poll);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) return 2;
  if (argc == 6) head = argv[5];
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  message.assign(static_cast<std::size_t>(std::atol(argv[3])), 'x');
  buffer.resize(message.size());
  std::vector<int> sockets(static_cast<std::size_t>(std::atol(argv[2])));
  for (int& fd : sockets) fd = open_connection(port);
  const long count = std::atol(argv[4]);
  run(sockets, count / 10);
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != '\n' && !std::feof(stdin)) {
  }
  if (count == 0) return 0;
  std::printf("%f\n", run(sockets, count));
}
