#pragma once

// What SQLite may use while it works on foreign SQL: memory, and the stack.
//
//   sql::Account account(64 << 20);
//   {
//     const sql::Use use(account);
//     sqlite3_step(…);  // SQLITE_NOMEM where it would be more
//   }
//
// SQLite recurses over views and common table expressions without a limit of its own, and a host
// function has little stack. But it allocates at each level, and unwinds where that fails: so
// beyond some depth of stack there is no memory.

#include <atomic>
#include <cstddef>
#include <functional>

namespace hermes::sql {

/// Counts the bytes that SQLite took in its name. Thread-safe. It outlives what was allocated.
class Account {
 public:
  explicit Account(std::size_t limit) : limit_(limit) {}
  Account(const Account&) = delete;

  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  /// False, and nothing is taken, where that would be more than the limit.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
};

/// While it lives, what SQLite allocates on this thread goes to the account, and SQLite gets no
/// memory where it is deep in the stack. The latest one counts.
///
/// Nor does it get a piece of 64 KiB or more once `must_end`, which may be null, says so: whatever
/// works on much text takes such pieces, and SQLite itself looks at the time only between loops.
class Use {
 public:
  explicit Use(Account& account, const std::function<bool()>* must_end = nullptr);
  Use(const Use&) = delete;
  ~Use();

 private:
  friend struct Allocator;

  bool refuses(std::size_t bytes) const;

  Account& account_;
  const std::function<bool()>* const must_end_;
  const std::byte* const stack_end_;
  Use* const outer_;
};

/// Sets SQLite up for this process, once: this memory, no statistics behind a lock, and names of
/// files that are never URIs. Comes before everything else of SQLite.
void set_up();

}  // namespace hermes::sql
