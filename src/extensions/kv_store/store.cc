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

Result<MaybeValue> Store::get(std::string_view key) const {
  TRY(check_key(key));
  return shard(key).with([&](const Keys& keys) -> MaybeValue {
    const auto found = keys.find(key);
    return found == keys.end() ? std::nullopt : found->second.value;
  });
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
  TRY(check_key(key));
  return shard(key).with([&](Keys& keys) -> Result<MaybeValue> {
    const auto found = keys.find(key);
    const bool known = found != keys.end();
    auto value = known ? found->second.value : std::nullopt;
    auto subscribers = known ? found->second.subscribers : std::vector<runtime::ModuleId>();
    if (std::ranges::count(subscribers, module) != 0) return value;
    const auto before = cost(key, value, subscribers);
    subscribers.push_back(module);
    TRY(reserve(before, cost(key, value, subscribers)));
    keys[std::string(key)].subscribers = std::move(subscribers);
    return value;
  });
}

Result<MaybeValue> Store::unsubscribe(std::string_view key, const runtime::ModuleId& module) {
  TRY(check_key(key));
  return shard(key).with([&](Keys& keys) -> Result<MaybeValue> {
    const auto found = keys.find(key);
    if (found == keys.end()) return MaybeValue();
    auto& [value, subscribers] = found->second;
    const auto before = cost(key, value, subscribers);
    std::erase(subscribers, module);
    TRY(reserve(before, cost(key, value, subscribers)));
    if (value || !subscribers.empty()) return value;
    keys.erase(found);
    return MaybeValue();
  });
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
  return shard(key).with([&](Keys& keys) -> Result<MaybeValue> {
    const auto found = keys.find(key);
    if (found == keys.end()) {
      MaybeValue value = next(std::nullopt);
      if (!value) return MaybeValue();
      TRY(reserve(0, cost(key, value, {})));
      keys.emplace(key, Entry{std::move(value), {}});
      return MaybeValue();
    }
    auto& entry = found->second;
    MaybeValue value = next(std::as_const(entry.value));
    if (identical(value, entry.value)) return value;

    const auto before = cost(key, entry.value, entry.subscribers);
    const auto after = cost(key, value, entry.subscribers);
    TRY(reserve(before, after));
    if (value && !entry.subscribers.empty()) {
      auto announced = announce(found->first, entry, *value, depth);
      if (!announced) {
        memory_.resize(after, before);
        return std::move(announced).error();
      }
    }
    std::swap(entry.value, value);
    if (after == 0) keys.erase(found);
    return value;
  });
}

Result<> Store::announce(const std::string& key, const Entry& entry, const Value& value,
                         std::uint32_t depth) {
  auto modules = present(entry.subscribers);
  if (modules.empty()) return {};
  const auto doing = concat("nothing is written: kv-update of '", key, "'");
  if (depth >= limits_.depth) {
    return Error(Code::LimitReached,
                 concat(doing, " would follow ", depth,
                        " events, each raised by the handling of the one before"));
  }
  const auto posted = events_.post(wit::kv_store::KvUpdate{key, value}, {app_, std::move(modules)},
                                   {"kv_store", key}, {}, {.depth = depth + 1});
  if (posted) return {};
  const auto& why = posted.error();
  const auto* queue = why.code() == Code::LimitReached ? "the event queue of the app is full"
                      : why.code() == Code::Busy       ? "the event queue of the engine is full"
                                                       : "the event is refused";
  return Error(why.code(), concat(doing, ": ", queue, ": ", why.message()));
}

Result<> Store::reserve(std::size_t from, std::size_t to) {
  if (memory_.resize(from, to)) return {};
  return Error(Code::LimitReached, concat("the app's keys and values would take more than ",
                                          memory_.limit(), " bytes"));
}

}  // namespace hermes::kv_store
