// SPDX-License-Identifier: MIT
// TCP echo on bare epoll: the least that a server can do. Prints its port.
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

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

  const int poll = ::epoll_create1(0);
  const auto watch = [poll](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  };
  watch(listener);
  static std::array<char, 65536> buffer;
  std::array<epoll_event, 128> events;
  for (;;) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        const int made = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (made < 0) continue;
        const int on = 1;
        ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        watch(made);
        continue;
      }
      const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (n <= 0 || ::send(fd, buffer.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) ::close(fd);
    }
  }
}
