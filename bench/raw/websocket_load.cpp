// SPDX-License-Identifier: MIT
// Load for WebSocket echo servers: websocket_load PORT CONNECTIONS SIZE COUNT. Opens the connections, makes
// one round trip with a binary message on each and compares the echo, then COUNT round trips over all of
// them, each connection sending again as soon as its echo is complete. Prints the seconds that took. A
// connection masks its message once, with a key of its own, and sends the same frame again and again: the
// server has to unmask each time, the load is light. With COUNT 0 it holds the idle connections until its
// input ends.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <random>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

std::string message;
std::vector<char> buffer(1 << 18);

void check(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

void send_all(int fd, std::string_view bytes) {
  check(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "send");
}

std::string_view receive(int fd) {
  const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
  check(n > 0, "recv");
  return {buffer.data(), static_cast<std::size_t>(n)};
}

std::string masked_frame(std::uint32_t key) {
  std::string frame = "\x82";  // the last and only frame of a binary message
  const std::size_t size = message.size();
  const int digits = size < 126 ? 0 : size < 65536 ? 2 : 8;
  frame += static_cast<char>(0x80 | (digits == 0 ? size : digits == 2 ? 126U : 127U));
  for (int i = digits - 1; i >= 0; --i) frame += static_cast<char>(size >> (8 * i));
  const std::size_t key_at = frame.size();
  for (int i = 0; i < 4; ++i) frame += static_cast<char>(key >> (8 * i));
  for (std::size_t i = 0; i < size; ++i) frame += static_cast<char>(message[i] ^ frame[key_at + i % 4]);
  return frame;
}

// Follows the frames that a server sends. They may come in any pieces, and a message in any number of frames.
class echo_reader {
 public:
  // True when the bytes end a message. Only one message is ever under way. `kept` gets its contents.
  bool take(std::string_view bytes, std::string* kept = nullptr) {
    while (!bytes.empty()) {
      if (left_ == 0 && !read_header(bytes)) return false;
      const auto here = std::min<std::size_t>(left_, bytes.size());
      if (kept) kept->append(bytes.substr(0, here));
      bytes.remove_prefix(here);
      left_ -= here;
      received_ += here;
      if (left_ == 0 && last_) {
        check(bytes.empty() && received_ == message.size(), "not the size that was sent");
        received_ = 0;
        return true;
      }
    }
    return false;
  }

 private:
  // False when the header is not complete.
  bool read_header(std::string_view& bytes) {
    while (!bytes.empty()) {
      header_ += bytes.front();
      bytes.remove_prefix(1);
      if (header_.size() < 2) continue;
      const auto octet = [this](std::size_t i) { return static_cast<std::uint8_t>(header_[i]); };
      const std::size_t digits = octet(1) < 126 ? 0 : octet(1) == 126 ? 2 : 8;
      if (header_.size() < 2 + digits) continue;
      const int opcode = octet(0) & 0x0f;
      check((opcode == 2 || opcode == 0) && octet(1) < 128, "not a frame of a binary message");
      last_ = octet(0) >= 0x80;
      left_ = digits == 0 ? octet(1) : 0;
      for (std::size_t i = 2; i < 2 + digits; ++i) left_ = left_ << 8 | octet(i);
      header_.clear();
      return true;
    }
    return false;
  }

  std::string header_;
  std::size_t left_ = 0, received_ = 0;
  bool last_ = false;
};

struct connection {
  int fd;
  std::string frame;
  echo_reader reader;
};

void upgrade(int fd) {
  send_all(fd,
           "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) answer += receive(fd);
  // The answer to the key, which is the one of RFC 6455's example.
  check(answer.starts_with("HTTP/1.1 101 ") && answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != answer.npos,
        "upgrade");
}

connection open_connection(std::uint16_t port, std::uint32_t key) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  check(fd >= 0, "socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0, "connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  upgrade(fd);
  connection made{fd, masked_frame(key), {}};
  send_all(fd, made.frame);
  std::string echo;
  while (!made.reader.take(receive(fd), &echo)) {
  }
  check(echo == message, "not the message that was sent");
  return made;
}

double run(std::vector<connection>& connections, long count) {
  const int poll = ::epoll_create1(0);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &event);
  }
  const auto begin = std::chrono::steady_clock::now();
  long sent = 0, done = 0;
  const auto next = [&](connection& on) {
    if (sent == count) return;
    ++sent;
    send_all(on.fd, on.frame);
  };
  for (connection& one : connections) next(one);
  std::vector<epoll_event> events(connections.size());
  while (done < count) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int e = 0; e < ready; ++e) {
      connection& one = connections[events[static_cast<std::size_t>(e)].data.u64];
      if (!one.reader.take(receive(one.fd))) continue;
      ++done;
      next(one);
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  std::mt19937 random(1);
  message.resize(static_cast<std::size_t>(std::atol(argv[3])));
  for (char& c : message) c = static_cast<char>(random());
  std::vector<connection> connections;
  for (long i = std::atol(argv[2]); i > 0; --i)
    connections.push_back(open_connection(port, static_cast<std::uint32_t>(random())));
  const long count = std::atol(argv[4]);
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != '\n' && !std::feof(stdin)) {
  }
  if (count == 0) return 0;
  std::printf("%f\n", run(connections, count));
}
