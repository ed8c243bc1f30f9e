// SPDX-License-Identifier: MIT
// Load for HTTP servers in lockstep: http_load PORT TARGET CONNECTIONS COUNT [DEPTH [FILE]]. Opens the
// connections, makes one request on each, then COUNT requests in rounds: DEPTH of them on every connection,
// then all the answers. A FILE makes them POSTs with its contents. Prints the seconds that took. With COUNT 0
// it holds the idle connections until its input ends.
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

void check(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

std::string request_text(const char* port, const char* target, const char* file) {
  std::string text =
      std::string(file ? "POST " : "GET ") + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
  if (!file) return text + "\r\n";
  std::ifstream input(file, std::ios::binary);
  check(input.good(), file);
  const std::string body(std::istreambuf_iterator<char>(input), {});
  return text + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void send_all(int fd, std::string_view bytes) {
  check(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "send");
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return made;
}

// The size of the complete response at the begin of `bytes`, 0 if it is not complete.
std::size_t response_size(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string head = lower(bytes.substr(0, end + 2));
  check(head.starts_with("http/1.1 200 "), "not status 200");
  constexpr std::string_view name = "\r\ncontent-length:";
  const auto at = head.find(name);
  check(at != std::string::npos, "no content-length");
  const std::size_t body = std::strtoul(head.c_str() + at + name.size(), nullptr, 10);
  return bytes.size() < end + 4 + body ? 0 : end + 4 + body;
}

void receive(int fd, long responses) {
  static std::array<char, 65536> buffer;
  std::string pending;
  while (responses > 0) {
    const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
    check(n > 0, "recv");
    pending.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t size; (size = response_size(pending)) != 0; --responses) pending.erase(0, size);
  }
  check(pending.empty() && responses == 0, "more than was asked for");
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
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || argc > 7) return 2;
  const long count = std::atol(argv[4]), depth = argc > 5 ? std::atol(argv[5]) : 1;
  const std::string one = request_text(argv[1], argv[2], argc > 6 ? argv[6] : nullptr);
  std::string several;
  for (long i = 0; i < depth; ++i) several += one;
  std::vector<int> sockets(static_cast<std::size_t>(std::atol(argv[3])));
  for (int& fd : sockets) {
    fd = open_connection(static_cast<std::uint16_t>(std::atoi(argv[1])));
    send_all(fd, one);
    receive(fd, 1);
  }
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != '\n' && !std::feof(stdin)) {
  }
  if (count == 0) return 0;
  const auto begin = std::chrono::steady_clock::now();
  for (long left = count; left > 0;) {
    std::size_t used = 0;
    for (; used < sockets.size() && left > 0; ++used, left -= depth) send_all(sockets[used], several);
    for (std::size_t i = 0; i < used; ++i) receive(sockets[i], depth);
  }
  std::printf("%f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}
