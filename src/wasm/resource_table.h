#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <variant>
#include <vector>

#include "base/result.h"

namespace hermes::wasm {

/// A C++ object behind a WIT resource, of whatever type.
class Resource {
 public:
  virtual ~Resource() = default;

 private:
  template <typename T>
  friend class ResourceOf;
  friend class ResourceTable;
  explicit Resource(const char* type) : type_(type) {}

  const char* const type_;  // The address says which; quicker than dynamic_cast.
};

/// What the class T derives from that is generated for a WIT resource.
template <typename T>
class ResourceOf : public Resource {
 protected:
  ResourceOf() : Resource(&type) {}

 private:
  friend class ResourceTable;
  static inline char type;
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
    T* object = nullptr;
    if constexpr (std::is_const_v<T>) {
      object = as<T>(find(rep));
    } else {
      object = as<T>(find_owned(rep));
    }
    if (object == nullptr) return missing(rep, typeid(T));
    return object;
  }

  /// Takes the object out of the table: the guest gave it away.
  template <typename T>
  Result<std::unique_ptr<T>> take(std::uint32_t rep) {
    auto* object = as<T>(find_owned(rep));
    if (object == nullptr) return missing(rep, typeid(T));
    release(rep).release();
    return std::unique_ptr<T>(object);
  }

  /// Destroys the object, or ends the loan. Nothing happens where there is none.
  void drop(std::uint32_t rep);

  std::size_t size() const { return live_; }

 private:
  using Slot =
      std::variant<std::monostate, std::unique_ptr<Resource>, std::shared_ptr<const Resource>>;

  // Null if the object is of another type, or none.
  template <typename T, typename Object>
  static T* as(Object* object) {
    using Type = ResourceOf<std::remove_const_t<T>>;
    static_assert(std::derived_from<T, Type>, "T is a class that is generated for a resource");
    if (object == nullptr || object->type_ != &Type::type) return nullptr;
    return static_cast<T*>(object);
  }

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
