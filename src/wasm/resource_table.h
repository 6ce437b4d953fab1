#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <typeinfo>
#include <variant>
#include <vector>

#include "base/result.h"

namespace hermes::wasm {

/// What every C++ object behind a WIT resource derives from; the generated classes do.
class Resource {
 public:
  virtual ~Resource() = default;
};

/// The objects behind the resource handles of one call, by number (the `rep` of the component
/// model). Owned objects are destroyed with the table; lent ones are shared with whoever raised the
/// event. Not thread-safe: only the call's own thread touches it.
class ResourceTable {
 public:
  explicit ResourceTable(std::size_t limit = 10'000) : limit_(limit) {}
  ResourceTable(const ResourceTable&) = delete;

  /// LimitReached when the table is full.
  Result<std::uint32_t> add(std::unique_ptr<Resource> owned);
  Result<std::uint32_t> add(std::shared_ptr<const Resource> lent);

  /// The object of that number; an error if there is none, or none of type T. A lent object is
  /// returned only as const.
  template <typename T>
  Result<T*> get(std::uint32_t rep) {
    if constexpr (std::is_const_v<T>) {
      if (auto* object = dynamic_cast<T*>(find(rep))) return object;
    } else {
      if (auto* object = dynamic_cast<T*>(find_owned(rep))) return object;
    }
    return missing(rep, typeid(T));
  }

  /// Takes the object out of the table: the guest gave it away.
  template <typename T>
  Result<std::unique_ptr<T>> take(std::uint32_t rep) {
    if (auto* object = dynamic_cast<T*>(find_owned(rep))) {
      release(rep).release();
      return std::unique_ptr<T>(object);
    }
    return missing(rep, typeid(T));
  }

  /// Destroys the object, or ends the loan. Nothing happens where there is none.
  void drop(std::uint32_t rep);

  std::size_t size() const { return live_; }

 private:
  using Slot =
      std::variant<std::monostate, std::unique_ptr<Resource>, std::shared_ptr<const Resource>>;

  Result<std::uint32_t> insert(Slot slot);
  const Resource* find(std::uint32_t rep) const;
  Resource* find_owned(std::uint32_t rep) const;
  std::unique_ptr<Resource> release(std::uint32_t rep);
  static Error missing(std::uint32_t rep, const std::type_info& type);

  const std::size_t limit_;
  std::size_t live_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace hermes::wasm
