// SPDX-License-Identifier: MIT
#include <plua/coro/scheduler.hpp>
#include <plua/coro/task.hpp>

#include <stdexcept>
#include <vector>

namespace plua {

std::string_view to_string(task_status status) noexcept {
  switch (status) {
    case task_status::ready:
      return "ready";
    case task_status::running:
      return "running";
    case task_status::waiting:
      return "waiting";
    case task_status::parked:
      return "parked";
    case task_status::finished:
      return "finished";
    case task_status::failed:
      return "failed";
    case task_status::cancelled:
      return "cancelled";
  }
  return "unknown";
}

task::task(scheduler& owner, std::uint64_t id, task_options options)
    : owner_(&owner), id_(id), options_(std::move(options)) {}

namespace {

// More blocks than this are left to the general allocator (about 0.5 KB each); all under AddressSanitizer,
// which would not see a use after free otherwise.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kept_blocks = 0;
#else
constexpr std::size_t kept_blocks = 4096;
#endif

// Per thread, since several runtimes may run on threads of their own.
struct block_cache {
  std::vector<void*> blocks;
  ~block_cache() {
    for (void* block : blocks) ::operator delete(block);
  }
};

block_cache& cache() {
  thread_local block_cache instance;
  return instance;
}

}  // namespace

void* task::operator new(std::size_t size) {
  auto& blocks = cache().blocks;
  if (blocks.empty()) return ::operator new(size);
  void* block = blocks.back();
  blocks.pop_back();
  return block;
}

void task::operator delete(void* block) noexcept {
  auto& blocks = cache().blocks;
  if (blocks.size() < kept_blocks)
    blocks.push_back(block);
  else
    ::operator delete(block);
}

task::~task() { destroy_operation(); }

std::string task::title() const {
  if (!options_.name.empty()) return options_.name;
  return "task " + std::to_string(id_);
}

std::string task::waits_for() const {
  return status_ == task_status::waiting && operation_ ? operation_->describe() : std::string();
}

bool task::cancel() { return owner_ && owner_->cancel(*this); }

int task::push_results(lua_State* L) const {
  if (status_ == task_status::finished) {
    if (result_count_ == 0) return 0;
    results_.push(L);
    if (result_count_ == 1) return 1;
    const int table = lua_gettop(L);
    if (!lua_checkstack(L, result_count_)) throw std::length_error("too many results of a task");
    for (int i = 1; i <= result_count_; ++i) lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return result_count_;
  }
  lua_pushnil(L);
  if (status_ == task_status::cancelled)
    push_error(L, failure(make_error_code(errc::cancelled), title()));
  else
    results_.push(L);
  return 2;
}

void task::destroy_operation() noexcept {
  if (!operation_) return;
  operation* gone = std::exchange(operation_, nullptr);
  void* memory = operation_on_heap_ ? dynamic_cast<void*>(gone) : nullptr;
  gone->~operation();
  if (memory) ::operator delete(memory);
}

void task::on_close() noexcept { cancel(); }

void task::on_collect() noexcept {
  if (owner_) owner_->handle_collected(*this);
}

void task::operation_completed() noexcept { owner_->complete(*this); }

}  // namespace plua
