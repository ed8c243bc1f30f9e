#include <plua/coro/runtime.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <iostream>
int main(int, char** argv) {
  boost::asio::io_context io(1);
  plua::runtime r(io);
  auto t = r.spawn(r.load_file(argv[1]), {.name="main", .main=true});
  io.run();
  return t->status() != plua::task_status::finished;
}
