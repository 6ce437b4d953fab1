#include "wasm/resource_table.h"

#include <utility>

#include "base/strings.h"

namespace hermes::wasm {

Result<std::uint32_t> ResourceTable::add(std::unique_ptr<Resource> owned) {
  return insert(std::move(owned));
}

Result<std::uint32_t> ResourceTable::add(std::shared_ptr<const Resource> lent) {
  return insert(std::move(lent));
}

void ResourceTable::drop(std::uint32_t rep) {
  if (find(rep) == nullptr) return;
  slots_[rep] = std::monostate();
  free_.push_back(rep);
  --live_;
}

Result<std::uint32_t> ResourceTable::insert(Slot slot) {
  if (live_ >= limit_) {
    return Error(Code::LimitReached, concat("the call is at its limit of ", limit_, " resources"));
  }
  ++live_;
  if (!free_.empty()) {
    const auto rep = free_.back();
    free_.pop_back();
    slots_[rep] = std::move(slot);
    return rep;
  }
  slots_.push_back(std::move(slot));
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

const Resource* ResourceTable::find(std::uint32_t rep) const {
  if (rep >= slots_.size()) return nullptr;
  if (const auto* lent = std::get_if<std::shared_ptr<const Resource>>(&slots_[rep])) {
    return lent->get();
  }
  return find_owned(rep);
}

Resource* ResourceTable::find_owned(std::uint32_t rep) const {
  if (rep >= slots_.size()) return nullptr;
  const auto* owned = std::get_if<std::unique_ptr<Resource>>(&slots_[rep]);
  return owned != nullptr ? owned->get() : nullptr;
}

std::unique_ptr<Resource> ResourceTable::release(std::uint32_t rep) {
  auto owned = std::move(std::get<std::unique_ptr<Resource>>(slots_[rep]));
  slots_[rep] = std::monostate();
  free_.push_back(rep);
  --live_;
  return owned;
}

Error ResourceTable::missing(std::uint32_t rep, const std::type_info& type) {
  return {Code::InvalidArgument, concat("no resource ", rep, " of type ", type.name())};
}

}  // namespace hermes::wasm
