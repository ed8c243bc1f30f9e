// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>
#include <plua/net/connect.hpp>
#include <plua/net/event_server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <string_view>

namespace plua {

void value<net::client_address>::push(lua_State* L, const net::client_address& a) {
  lua_createtable(L, 2, 2);
  lua_pushlstring(L, a.at.host.data(), a.at.host.size());
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, 1);
  lua_pushliteral(L, "host");
  lua_insert(L, -2);
  lua_rawset(L, -3);
  lua_pushinteger(L, a.at.port);
  lua_rawseti(L, -2, 2);
  lua_pushliteral(L, "port");
  lua_pushinteger(L, a.at.port);
  lua_rawset(L, -3);
  if (luaL_newmetatable(L, "plua.address")) {
    lua_pushliteral(L, "__tostring");
    lua_pushcfunction(L, [](lua_State* l) {
      lua_rawgeti(l, 1, 1);
      lua_pushliteral(l, ":");
      lua_rawgeti(l, 1, 2);
      lua_concat(l, 3);
      return 1;
    });
    lua_rawset(L, -3);
  }
  lua_setmetatable(L, -2);
}

namespace net {
namespace {

const work_kind serving_work("tcp server");

constexpr std::array<std::string_view, 4> events = {"client_connected", "client_disconnected",
                                                    "data_received", "error"};

// A script that is told of the end need not close the client: so many are kept, then the oldest is closed.
constexpr std::size_t half_closed_limit = 64;

constexpr auto as_awaitable = asio::use_awaitable_t<executor>();

}  // namespace

// ---------------------------------------------------------------- one server

void event_server::add_listener(const std::string& event, function callback) {
  for (std::string_view known : events)
    if (event == known) callbacks_[event].push_back(std::move(callback));
}

template <class... Args>
ptr<task> event_server::emit(const std::string& event, const Args&... args) {
  const auto found = callbacks_.find(event);
  runtime& r = owner_.owner();
  if (found == callbacks_.end() || r.tasks().closing()) return {};
  ptr<task> last;
  for (const function& f : found->second) last = r.spawn(f, {.origin = "Network callback"}, args...);
  return last;
}

void event_server::start(std::string host, std::uint16_t port) {
  if (std::exchange(running_, true)) return;
  work_ = work_hold(owner_.owner().work(), serving_work);
  asio::co_spawn(owner_.net().get_executor(),
                 serve(std::move(host), port, ++runs_, owner_.owner().keep_services()), asio::detached);
}

awaitable<void> event_server::serve(std::string host, std::uint16_t port, std::uint64_t run,
                                    std::shared_ptr<const service_store>) {
  const ptr<event_server> keep(this);
  std::string error;
  try {
    const ptr<listener> made = co_await listen(owner_.net(), std::move(host), port);
    if (run != runs_ || !running_) co_return;  // closed meanwhile
    listener_ = made;
    for (;;) {
      auto make = [made] { return accept_connection_operation(made); };
      auto accepted = co_await async_operation<accept_connection_operation>(owner_.net().get_executor(),
                                                                            std::move(make), as_awaitable);
      if (run != runs_ || !running_) co_return;
      if (!accepted) throw accepted.error();
      welcome(std::move(*accepted));
    }
  } catch (const failure& e) {
    if (run != runs_ || !running_ || e.code() == errc::closed) co_return;
    error = e.code().message();
  }
  emit("error", error);
  close();
}

void event_server::welcome(ptr<connection> accepted) {
  const std::int64_t id = owner_.table().add(accepted);
  const bool read_here = listens_for("data_received");
  clients_.emplace(id, client{accepted, read_here});
  accepted->set_id(id);
  emit("client_connected", id, client_address{accepted->remote()});
  if (read_here)
    asio::co_spawn(owner_.net().get_executor(), read_loop(id, accepted, owner_.owner().keep_services()),
                   asio::detached);
  accepted->watch(this);
}

awaitable<void> event_server::read_loop(std::int64_t client_id, ptr<connection> from,
                                        std::shared_ptr<const service_store>) {
  const ptr<event_server> keep_server(this);
  ptr<task> last;
  for (;;) {
    auto make = [from] { return owned_read_operation(from, read_format{}); };
    auto data = co_await async_operation<owned_read_operation>(owner_.net().get_executor(), std::move(make),
                                                               as_awaitable);
    if (!data) break;
    if (!clients_.contains(client_id)) co_return;  // the server was closed
    last = emit("data_received", client_id, *data);
  }
  // The peer may have ended its direction only: what the callbacks send as they begin goes out first.
  while (last && last->status() == task_status::ready)
    co_await asio::post(owner_.net().get_executor(), as_awaitable);
  auto make = [from] { return counted_write_operation(from, std::string_view()); };
  co_await async_operation<counted_write_operation>(owner_.net().get_executor(), std::move(make),
                                                    as_awaitable);
  owner_.table().end(client_id);
}

void event_server::connection_ended(connection& ended) noexcept {
  const std::int64_t id = ended.id();
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  if (found->second.read_here && ended.is_open()) return ended.own(this);  // until the loop closes it
  clients_.erase(found);
  if (ended.is_open()) keep_for_reply(id);
  emit("client_disconnected", id, client_address{ended.remote()});
}

void event_server::keep_for_reply(std::int64_t client_id) {
  half_closed_.push_back(client_id);
  if (half_closed_.size() <= half_closed_limit) return;
  const std::int64_t oldest = half_closed_.front();
  half_closed_.pop_front();
  owner_.table().end(oldest);
}

void event_server::close() noexcept {
  const ptr<event_server> keep(this);
  running_ = false;
  if (listener_) std::exchange(listener_, nullptr)->close();
  auto clients = std::move(clients_);
  clients_.clear();
  for (auto& [id, each] : clients) {
    each.link->disown();
    owner_.table().close(id);
  }
  for (const std::int64_t id : std::exchange(half_closed_, {})) owner_.table().end(id);
  work_.reset();
  owner_.owner().tasks().check_idle();
}

// ---------------------------------------------------------------- all of them

event_servers::event_servers(runtime& owner)
    : runtime_(owner), network_(owner.use<network>()), table_(owner.use<connection_table>()) {}

event_servers::~event_servers() = default;

void event_servers::shut_down() noexcept {
  auto servers = std::move(servers_);
  servers_.clear();
  for (auto& [id, server] : servers) {
    server->close();
    server->forget_callbacks();
  }
}

std::int64_t event_servers::create() {
  const std::int64_t id = table_.next_id();
  servers_.emplace(id, ptr<event_server>(new event_server(*this)));
  return id;
}

ptr<event_server> event_servers::find(std::int64_t id) const {
  const auto found = servers_.find(id);
  return found == servers_.end() ? nullptr : found->second;
}

std::size_t event_servers::running() const noexcept {
  std::size_t count = 0;
  for (const auto& [id, server] : servers_) count += server->is_running();
  return count;
}

}  // namespace net
}  // namespace plua
