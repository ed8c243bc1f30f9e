// SPDX-License-Identifier: MIT
// A load in lockstep with a server: lockstep PORT CONNECTIONS COUNT SERVER REQUEST. Each round waits until
// the process SERVER sleeps, sends REQUEST on all connections and then reads all replies, so that the server
// finds the same in every run and a count of its instructions can be repeated. Both must run on one CPU,
// where the server, as a batch process, does not interrupt the sending. COUNT requests over all connections;
// the first reply tells the size of all.
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

void check(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
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

class process {
 public:
  explicit process(int id) : stat_(::open(("/proc/" + std::to_string(id) + "/stat").c_str(), O_RDONLY)) {
    check(stat_ >= 0, "open");
    const sched_param none{};
    check(::sched_setscheduler(id, SCHED_BATCH, &none) == 0, "sched_setscheduler");
  }

  void await_sleep() const {
    while (state() != 'S') ::sched_yield();
  }

 private:
  char state() const {
    std::array<char, 256> text{};
    check(::pread(stat_, text.data(), text.size() - 1, 0) > 0, "the server has ended");
    const char* name_end = std::strrchr(text.data(), ')');
    check(name_end != nullptr && name_end[2] != 'Z', "the server has ended");
    return name_end[2];
  }

  int stat_;
};

class load {
 public:
  load(int server, std::string request) : server_(server), request_(std::move(request)) {}

  void open(std::uint16_t port, std::size_t connections) {
    while (sockets_.size() < connections) {
      server_.await_sleep();
      sockets_.push_back(open_connection(port));
    }
    server_.await_sleep();
    send(sockets_.front());
    ssize_t size = ::recv(sockets_.front(), buffer_.data(), buffer_.size(), 0);
    check(size > 0, "recv");
    server_.await_sleep();
    const ssize_t rest = ::recv(sockets_.front(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (rest > 0) size += rest;
    reply_ = static_cast<std::size_t>(size);
    check(reply_ <= buffer_.size(), "the reply is too long");
  }

  void round() {
    server_.await_sleep();
    for (const int fd : sockets_) send(fd);
    for (const int fd : sockets_)
      check(::recv(fd, buffer_.data(), reply_, MSG_WAITALL) == static_cast<ssize_t>(reply_), "recv");
  }

  void end() const { server_.await_sleep(); }

 private:
  void send(int fd) const {
    check(::send(fd, request_.data(), request_.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request_.size()),
          "send");
  }

  process server_;
  std::string request_;
  std::vector<int> sockets_;
  std::array<char, 65536> buffer_;
  std::size_t reply_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const auto connections = static_cast<std::size_t>(std::atol(argv[2]));
  load requests(std::atoi(argv[4]), argv[5]);
  requests.open(static_cast<std::uint16_t>(std::atoi(argv[1])), connections);
  requests.round();
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != '\n' && !std::feof(stdin)) {
  }
  for (long left = std::atol(argv[3]); left > 0; left -= static_cast<long>(connections)) requests.round();
  requests.end();
  std::puts("done");
}
