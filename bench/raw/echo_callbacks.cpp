// SPDX-License-Identifier: MIT
// TCP echo with Asio's callbacks. Prints its port.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdio>
#include <memory>

namespace asio = boost::asio;
using boost::system::error_code;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;

class session : public std::enable_shared_from_this<session> {
 public:
  explicit session(tcp_socket socket) : socket_(std::move(socket)) {
    socket_.set_option(asio::ip::tcp::no_delay(true));
  }

  void read() {
    socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code ec, std::size_t n) {
      if (!ec) self->write(n);
    });
  }

 private:
  void write(std::size_t n) {
    asio::async_write(socket_, asio::buffer(buffer_, n),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        if (!ec) self->read();
                      });
  }

  tcp_socket socket_;
  std::array<char, 4096> buffer_;
};

void accept(tcp_acceptor& acceptor) {
  acceptor.async_accept([&acceptor](error_code ec, tcp_socket socket) {
    if (!ec) std::make_shared<session>(std::move(socket))->read();
    accept(acceptor);
  });
}

int main() {
  asio::io_context context(1);
  tcp_acceptor acceptor(context.get_executor(), {asio::ip::address_v4::loopback(), 0});
  std::printf("%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  accept(acceptor);
  context.run();
}
