#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/kv_store/disk.h"
#include "extensions/kv_store/limits.h"
#include "extensions/kv_store/memory.h"
#include "extensions/kv_store/value.h"
#include "runtime/event.h"

namespace hermes::kv_store {

/// The keys of one app. Thread-safe: every function is one atomic step on its key, and different
/// keys seldom wait for each other.
///
/// A write that changes a key posts kv-update to the modules that subscribed to it, under the key's
/// lock, once the disk has the new value and before anybody can read it. If the disk or the event
/// is refused, nothing is written.
///
/// `depth`, of a write, is that of the call that asks for it.
class Store {
 public:
  /// `events` outlives the store.
  Store(runtime::AppId app, runtime::Events& events, const Limits& limits);

  /// Reads what is on the disk, before anything else; what is written from then on is also written
  /// there. It counts as memory, but is read even if it is more than the app may have.
  Result<> keep_on(std::unique_ptr<Disk> disk);

  Result<MaybeValue> get(std::string_view key);

  // Each returns the value from before; absent deletes and is what is absent.
  Result<MaybeValue> set(std::string_view key, MaybeValue value, std::uint32_t depth);
  Result<MaybeValue> add(std::string_view key, MaybeValue operand, std::uint32_t depth);
  Result<MaybeValue> compare_and_set(std::string_view key, const MaybeValue& test, MaybeValue value,
                                     std::uint32_t depth);

  // Each returns the current value. To do one twice is to do it once.
  Result<MaybeValue> subscribe(std::string_view key, const runtime::ModuleId& module);
  Result<MaybeValue> unsubscribe(std::string_view key, const runtime::ModuleId& module);

  /// The app changes from these modules to those. The subscriptions of modules that are gone rest
  /// until the app has them again.
  using Modules = std::vector<runtime::ModuleSource>;
  void change_modules(const Modules& before, const Modules& after);

  /// What an app of another generation may hold.
  void set_memory_limit(std::size_t bytes) { memory_.set_limit(bytes); }

  /// Bytes that the keys take.
  std::size_t memory() const { return memory_.used(); }

 private:
  struct Entry {
    MaybeValue value;
    std::vector<runtime::ModuleId> subscribers;
  };
  // Ordered, because a guest could choose keys that collide in a hash table.
  using Keys = std::map<std::string, Entry, std::less<>>;

  // `keys` changes under both locks, so that whoever holds one may read it: who only reads waits
  // for no event to be posted and for no disk.
  struct Shard {
    std::mutex writing;  // Taken first.
    mutable std::mutex reading;
    Keys keys;

    void set(std::string_view key, Entry entry);
  };

  static constexpr std::size_t kShards = 32;

  Shard& shard(std::string_view key) {
    return shards_[std::hash<std::string_view>()(key) % kShards];
  }

  Result<> check_key(std::string_view key) const;
  Result<MaybeValue> change(std::string_view key, std::uint32_t depth, auto next);
  Result<MaybeValue> change_in(Shard& shard, std::string_view key, std::uint32_t depth, auto next);
  Result<MaybeValue> change_subscribers(std::string_view key, auto change);
  Result<> write(std::string_view key, const Entry& before, const MaybeValue& value,
                 std::uint32_t depth);
  Result<> announce(std::string_view key, const std::vector<runtime::ModuleId>& subscribers,
                    const Value& value, std::uint32_t depth);
  std::vector<runtime::ModuleId> present(std::vector<runtime::ModuleId> subscribers) const;
  Result<> reserve(std::size_t from, std::size_t to);

  const runtime::AppId app_;
  runtime::Events& events_;
  const Limits limits_;
  Memory memory_;
  std::unique_ptr<Disk> disk_;  // Null where keys end with the app.
  std::array<Shard, kShards> shards_;
  Guarded<std::set<runtime::ModuleId>> gone_;  // Modules that the app had.
};

}  // namespace hermes::kv_store
