#include "runtime/lanes.h"

#include <functional>
#include <string>
#include <utility>

namespace hermes::runtime {
namespace {

std::size_t hash_of(const RunningApp* app, const Source& source) {
  constexpr std::size_t kOdd = 0x9e3779b97f4a7c15;
  const std::hash<std::string_view> hash;
  const auto name = (hash(source.extension) ^ reinterpret_cast<std::uintptr_t>(app)) * kOdd;
  return (name ^ (name >> 32)) + hash(source.key);
}

}  // namespace

std::unique_ptr<Delivery> Lanes::enter(std::unique_ptr<Delivery> delivery) {
  const auto& source = delivery->event.source;
  if (source.unique) return delivery;
  const auto* app = delivery->app.get();
  const Name name{app, source.extension, source.key, hash_of(app, source)};
  auto& shard = this->shard(name.hash);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.lanes.find(name); found != shard.lanes.end()) {
    delivery->lane = &*found;
    found->waiting.push(std::move(delivery));
    return nullptr;
  }
  delivery->lane = &*shard.lanes.emplace(app, source.extension, source.key, name.hash).first;
  return delivery;
}

std::unique_ptr<Delivery> Lanes::leave(const Lane& lane) {
  auto& shard = this->shard(lane.hash);
  const std::lock_guard lock(shard.mutex);
  auto next = lane.waiting.pop();
  if (!next) shard.lanes.erase(shard.lanes.find(name(lane)));
  return next;
}

std::size_t Lanes::size() const {
  std::size_t size = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    size += shard.lanes.size();
  }
  return size;
}

}  // namespace hermes::runtime
