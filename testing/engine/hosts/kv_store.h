#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "wit/hermes/kv_store.h"

namespace hermes::testing {

/// hermes:kv-store as the shapes guest expects it: testing/guests/shapes/README.md.
class KvStoreHost : public wit::kv_store::Api {
 public:
  using CallContext = wit::kv_store::CallContext;
  using Value = wit::kv_store::KvValues;
  using MaybeValue = std::optional<Value>;

  Result<> kv_set(CallContext&, std::string_view key, MaybeValue value) override {
    kept_.with([&](auto& kept) { kept[std::string(key)] = std::move(value); });
    return {};
  }
  Result<MaybeValue> kv_get_default(CallContext&, std::string_view, MaybeValue value) override {
    return value;
  }
  Result<MaybeValue> kv_get(CallContext&, std::string_view key) override {
    return kept_.with([&](auto& kept) { return kept[std::string(key)]; });
  }
  Result<MaybeValue> kv_get_set(CallContext&, std::string_view, MaybeValue value) override {
    return value;
  }
  Result<MaybeValue> kv_add(CallContext&, std::string_view, MaybeValue value) override {
    return value;
  }
  Result<MaybeValue> kv_cas(CallContext&, std::string_view, MaybeValue test, MaybeValue) override {
    return test;
  }
  Result<MaybeValue> kv_subscribe(CallContext&, std::string_view key) override {
    return MaybeValue(wit::kv_store::kv_values::KvString{std::string(key)});
  }
  Result<MaybeValue> kv_unsubscribe(CallContext&, std::string_view key) override {
    return MaybeValue(wit::kv_store::kv_values::KvString{std::string(key)});
  }

  /// Everything that was set.
  std::map<std::string, MaybeValue> kept() const {
    return kept_.with([](const auto& kept) { return kept; });
  }

 private:
  Guarded<std::map<std::string, MaybeValue>> kept_;
};

}  // namespace hermes::testing
