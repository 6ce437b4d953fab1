#include "extensions/kv_store/store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "extensions/kv_store/add.h"

namespace hermes::kv_store {
namespace {

// Of a key, beside its text: the node of the map, the entry, and what the allocator adds.
constexpr std::size_t kOverhead = 192;

std::size_t cost(std::string_view key, const MaybeValue& value,
                 const std::vector<runtime::ModuleId>& subscribers) {
  if (!value && subscribers.empty()) return 0;
  auto bytes = kOverhead + key.size() + (value ? size(*value) : 0);
  for (const auto& module : subscribers) bytes += sizeof(module) + module.size();
  return bytes;
}

}  // namespace

Store::Store(runtime::AppId app, runtime::Events& events, const Limits& limits)
    : app_(std::move(app)), events_(events), limits_(limits), memory_(limits.app_bytes) {}

Result<> Store::keep_on(std::unique_ptr<Disk> disk) {
  TRY(disk->read_all([&](std::string key, Value value) {
    memory_.add(cost(key, value, {}));
    shard(key).keys.emplace(std::move(key), Entry{std::move(value), {}});
  }));
  disk_ = std::move(disk);
  return {};
}

// An entry that holds nothing goes.
void Store::Shard::set(std::string_view key, Entry entry) {
  const auto found = keys.find(key);
  const bool goes = !entry.value && entry.subscribers.empty();
  const std::lock_guard lock(reading);
  if (found == keys.end()) {
    if (!goes) keys.emplace(key, std::move(entry));
  } else if (goes) {
    keys.erase(found);
  } else {
    found->second = std::move(entry);
  }
}

Result<MaybeValue> Store::get(std::string_view key) {
  TRY(check_key(key));
  auto& shard = this->shard(key);
  const std::lock_guard lock(shard.reading);
  const auto found = shard.keys.find(key);
  return found == shard.keys.end() ? std::nullopt : found->second.value;
}

Result<MaybeValue> Store::set(std::string_view key, MaybeValue value, std::uint32_t depth) {
  TRY(check(value, limits_.value_bytes));
  return change(key, depth, [&](const MaybeValue&) { return std::move(value); });
}

Result<MaybeValue> Store::add(std::string_view key, MaybeValue operand, std::uint32_t depth) {
  TRY(check_operand(operand, limits_.value_bytes));
  return change(key, depth, [&](const MaybeValue& current) -> MaybeValue {
    if (!operand) return current;
    if (!current) return add_to_nothing(*std::move(operand), limits_.value_bytes);
    return kv_store::add(*current, *operand, limits_.value_bytes);
  });
}

Result<MaybeValue> Store::compare_and_set(std::string_view key, const MaybeValue& test,
                                          MaybeValue value, std::uint32_t depth) {
  TRY(check(test, limits_.value_bytes));
  TRY(check(value, limits_.value_bytes));
  return change(key, depth, [&](const MaybeValue& current) -> MaybeValue {
    if (!identical(current, test)) return current;
    return std::move(value);
  });
}

Result<MaybeValue> Store::subscribe(std::string_view key, const runtime::ModuleId& module) {
  return change_subscribers(key, [&](auto& subscribers) {
    if (std::ranges::count(subscribers, module) == 0) subscribers.push_back(module);
  });
}

Result<MaybeValue> Store::unsubscribe(std::string_view key, const runtime::ModuleId& module) {
  return change_subscribers(key, [&](auto& subscribers) { std::erase(subscribers, module); });
}

Result<MaybeValue> Store::change_subscribers(std::string_view key, auto change) {
  TRY(check_key(key));
  auto& shard = this->shard(key);
  const std::lock_guard lock(shard.writing);
  const auto found = shard.keys.find(key);
  auto entry = found == shard.keys.end() ? Entry() : found->second;
  const auto before = cost(key, entry.value, entry.subscribers);
  change(entry.subscribers);
  TRY(reserve(before, cost(key, entry.value, entry.subscribers)));
  auto value = entry.value;
  shard.set(key, std::move(entry));
  return value;
}

void Store::change_modules(const Modules& before, const Modules& after) {
  gone_.with([&](auto& gone) {
    for (const auto& module : before) gone.insert(module.id);
    for (const auto& module : after) gone.erase(module.id);
  });
}

std::vector<runtime::ModuleId> Store::present(std::vector<runtime::ModuleId> subscribers) const {
  gone_.with([&](const auto& gone) {
    std::erase_if(subscribers, [&](const auto& id) { return gone.contains(id); });
  });
  return subscribers;
}

Result<> Store::check_key(std::string_view key) const {
  if (key.size() <= limits_.key_bytes) return {};
  return Error(Code::InvalidArgument, concat("a key of ", key.size(), " bytes is more than ",
                                             limits_.key_bytes, " bytes"));
}

// What `next` makes of the current value takes its place.
Result<MaybeValue> Store::change(std::string_view key, std::uint32_t depth, auto next) {
  TRY(check_key(key));
  auto before = change_in(shard(key), key, depth, std::move(next));
  if (disk_) disk_->tidy();
  return before;
}

Result<MaybeValue> Store::change_in(Shard& shard, std::string_view key, std::uint32_t depth,
                                    auto next) {
  const std::lock_guard lock(shard.writing);
  const auto found = shard.keys.find(key);
  if (found == shard.keys.end()) {
    MaybeValue value = next(std::nullopt);
    if (!value) return MaybeValue();
    const auto bytes = cost(key, value, {});
    TRY(reserve(0, bytes));
    if (auto written = write(key, {}, value, depth); !written) {
      memory_.resize(bytes, 0);
      return std::move(written).error();
    }
    shard.set(key, {std::move(value), {}});
    return MaybeValue();
  }
  auto& [current, subscribers] = found->second;
  MaybeValue value = next(std::as_const(current));
  if (identical(value, current)) return value;

  const auto before = cost(key, current, subscribers);
  const auto after = cost(key, value, subscribers);
  TRY(reserve(before, after));
  if (auto written = write(key, found->second, value, depth); !written) {
    memory_.resize(after, before);
    return std::move(written).error();
  }
  const std::lock_guard no_reader(shard.reading);
  std::swap(current, value);
  if (after == 0) shard.keys.erase(found);
  return value;
}

// Everything but what readers see. If it fails, nothing of it stays. The disk comes first, since an
// event that has begun cannot be taken back.
Result<> Store::write(std::string_view key, const Entry& before, const MaybeValue& value,
                      std::uint32_t depth) {
  if (disk_) TRY(disk_->write(key, value).context(concat("nothing is written: '", key, "'")));
  if (!value || before.subscribers.empty()) return {};
  auto posted = announce(key, before.subscribers, *value, depth);
  if (posted || !disk_) return posted;
  const auto restored = disk_->write(key, before.value);
  if (restored) return posted;
  return Error(restored.error().code(),
               concat(posted.error().message(), ", but on the disk, which keeps the new value: ",
                      restored.error().message()));
}

Result<> Store::announce(std::string_view key, const std::vector<runtime::ModuleId>& subscribers,
                         const Value& value, std::uint32_t depth) {
  auto modules = present(subscribers);
  if (modules.empty()) return {};
  const auto doing = concat("nothing is written: kv-update of '", key, "'");
  if (depth >= limits_.depth) {
    return Error(Code::InvalidArgument,
                 concat(doing, " would follow ", depth,
                        " events, each raised by the handling of the one before"));
  }
  const std::string name(key);
  const auto posted = events_.post(wit::kv_store::KvUpdate{name, value}, {app_, std::move(modules)},
                                   {"kv_store", name}, {}, {.depth = depth + 1});
  if (posted) return {};
  const auto& why = posted.error();
  const auto* queue = why.code() == Code::LimitReached ? "the event queue of the app is full"
                      : why.code() == Code::Busy       ? "the event queue of the engine is full"
                                                       : "the event is refused";
  // LimitReached is for what the app's keys take.
  const auto code = why.code() == Code::LimitReached ? Code::Busy : why.code();
  return Error(code, concat(doing, ": ", queue, ": ", why.message()));
}

Result<> Store::reserve(std::size_t from, std::size_t to) {
  if (memory_.resize(from, to)) return {};
  return Error(Code::LimitReached, concat("the app's keys and values would take more than ",
                                          memory_.limit(), " bytes"));
}

}  // namespace hermes::kv_store
