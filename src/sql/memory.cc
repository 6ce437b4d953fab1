#include "sql/memory.h"

#include <sqlite3.h>

#include <cstdlib>

#include "base/check.h"

namespace hermes::sql {
namespace {

// Half of what a guest leaves of its fiber's stack.
constexpr std::ptrdiff_t kStack = 512 * 1024;

constexpr std::size_t kLarge = 64 * 1024;  // A piece that takes time to fill.

thread_local Use* current_use = nullptr;

// Before each piece. As large as the strictest alignment.
struct alignas(std::max_align_t) Header {
  Account* account;  // Null where nobody is charged.
  std::size_t size;
};

Header* header_of(void* piece) {
  return static_cast<Header*>(piece) - 1;
}

const std::byte* stack_position() {
  return static_cast<const std::byte*>(__builtin_frame_address(0));
}

}  // namespace

bool Account::take(std::size_t bytes) {
  const auto before = used_.fetch_add(bytes, std::memory_order_relaxed);
  if (before <= limit_ && bytes <= limit_ - before) return true;
  give_back(bytes);
  return false;
}

Use::Use(Account& account, const std::function<bool()>* must_end)
    : account_(account),
      must_end_(must_end),
      stack_end_(stack_position() - kStack),
      outer_(current_use) {
  current_use = this;
}

Use::~Use() {
  current_use = outer_;
}

bool Use::refuses(std::size_t bytes) const {
  if (stack_position() < stack_end_) return true;
  return bytes >= kLarge && must_end_ != nullptr && (*must_end_)();
}

// In the form that sqlite3_mem_methods wants.
struct Allocator {
  static bool charge(Account* account, std::size_t bytes) {
    return account == nullptr || account->take(bytes);
  }
  static void discharge(Account* account, std::size_t bytes) {
    if (account != nullptr) account->give_back(bytes);
  }
  static bool is_refused(std::size_t bytes) {
    return current_use != nullptr && current_use->refuses(bytes);
  }

  static void* allocate(int bytes) noexcept {
    auto* account = current_use == nullptr ? nullptr : &current_use->account_;
    const auto size = static_cast<std::size_t>(bytes);
    if (is_refused(size) || !charge(account, size)) return nullptr;
    auto* header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
    if (header == nullptr) {
      discharge(account, size);
      return nullptr;
    }
    *header = {account, size};
    return header + 1;
  }

  static void release(void* piece) noexcept {
    auto* header = header_of(piece);
    discharge(header->account, header->size);
    std::free(header);
  }

  static void* resize(void* piece, int bytes) noexcept {
    auto* header = header_of(piece);
    const auto [account, before] = *header;
    const auto size = static_cast<std::size_t>(bytes);
    if (is_refused(size) || (size > before && !charge(account, size - before))) return nullptr;
    auto* moved = static_cast<Header*>(std::realloc(header, sizeof(Header) + size));
    if (moved == nullptr) {
      if (size > before) discharge(account, size - before);
      return nullptr;
    }
    if (size < before) discharge(account, before - size);
    moved->size = size;
    return moved + 1;
  }

  static int size(void* piece) noexcept { return static_cast<int>(header_of(piece)->size); }
  static int round_up(int bytes) noexcept { return (bytes + 7) & ~7; }
  static int begin(void*) noexcept { return SQLITE_OK; }
  static void end(void*) noexcept {}
};

void set_up() {
  static const bool kIsSetUp = [] {
    static const sqlite3_mem_methods kMethods = {
        &Allocator::allocate, &Allocator::release, &Allocator::resize, &Allocator::size,
        &Allocator::round_up, &Allocator::begin,   &Allocator::end,    nullptr};
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &kMethods) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_URI, 0) == SQLITE_OK && sqlite3_initialize() == SQLITE_OK;
  }();
  HERMES_CHECK(kIsSetUp, "nothing of SQLite is used before");
}

}  // namespace hermes::sql
