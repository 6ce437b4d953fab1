#include "extensions/kv_store/kv_store.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "extensions/kv_store/store.h"
#include "runtime/data_directory.h"
#include "runtime/per_app.h"
#include "wit/hermes/kv_store.h"

namespace hermes::kv_store {
namespace {

using wit::kv_store::CallContext;

// What the manifest says in "kv".
struct Settings {
  bool persistent = false;
  std::size_t memory;  // That the app may use.
};

Result<Settings> read_settings(const runtime::App& app, const Limits& limits) {
  Settings settings{.memory = std::min(limits.app_bytes, app.storage.keys)};
  const auto* section = app.section("kv");
  if (!section) return settings;
  TRY(section->only({"persistent", "memory_bytes"}));
  if (const auto* persistent = section->find("persistent")) {
    settings.persistent = TRY(persistent->boolean());
  }
  if (const auto* memory = section->find("memory_bytes")) {
    const auto most = static_cast<std::int64_t>(limits.app_bytes);
    settings.memory =
        std::min(settings.memory, static_cast<std::size_t>(TRY(memory->integer(0, most))));
  }
  return settings;
}

// Ties the imports to the app's store. What fails traps the call.
class KvStore final : public runtime::Extension, public wit::kv_store::Api {
 public:
  KvStore(runtime::Events& events, std::filesystem::path home, Limits limits)
      : events_(events), home_(std::move(home)), limits_(limits) {}

  std::string_view name() const override { return "kv_store"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<> app_started(const runtime::App& app) override {
    const auto [persistent, memory] = TRY(read_settings(app, limits_));
    auto limits = limits_;
    limits.app_bytes = memory;
    auto store = std::make_shared<Store>(app.id, events_, limits);
    if (persistent) {
      const auto directory = TRY(runtime::make_data_directory(home_, app.id));
      TRY(store->keep_on(TRY(Disk::open(directory))).context("reading the app's keys"));
    }
    stores_.set(app.id, std::move(store));
    return {};
  }
  Result<> app_changed(const runtime::App& before, const runtime::App& after) override {
    const auto [was_persistent, memory_before] = TRY(read_settings(before, limits_));
    const auto [persistent, memory] = TRY(read_settings(after, limits_));
    if (persistent != was_persistent) {
      return Error(Code::InvalidArgument, "/kv/persistent cannot change while the app runs");
    }
    if (const auto store = stores_.find(after.id)) {
      store->set_memory_limit(memory);
      store->change_modules(before.modules, after.modules);
    }
    return {};
  }
  void app_stopped(const runtime::AppId& app) override { stores_.remove(app); }

  Result<> kv_set(CallContext& call, std::string_view key, MaybeValue value) override {
    TRY(with_store(call, "kv-set",
                   [&](Store& store) { return store.set(key, std::move(value), call.depth()); }));
    return {};
  }
  Result<MaybeValue> kv_get_default(CallContext& call, std::string_view key,
                                    MaybeValue otherwise) override {
    return with_store(call, "kv-get-default", [&](Store& store) -> Result<MaybeValue> {
      TRY(check(otherwise, limits_.value_bytes));
      auto value = TRY(store.get(key));
      return value ? std::move(value) : std::move(otherwise);
    });
  }
  Result<MaybeValue> kv_get(CallContext& call, std::string_view key) override {
    return with_store(call, "kv-get", [&](Store& store) { return store.get(key); });
  }
  Result<MaybeValue> kv_get_set(CallContext& call, std::string_view key,
                                MaybeValue value) override {
    return with_store(call, "kv-get-set",
                      [&](Store& store) { return store.set(key, std::move(value), call.depth()); });
  }
  Result<MaybeValue> kv_add(CallContext& call, std::string_view key, MaybeValue value) override {
    return with_store(call, "kv-add",
                      [&](Store& store) { return store.add(key, std::move(value), call.depth()); });
  }
  Result<MaybeValue> kv_cas(CallContext& call, std::string_view key, MaybeValue test,
                            MaybeValue value) override {
    return with_store(call, "kv-cas", [&](Store& store) {
      return store.compare_and_set(key, test, std::move(value), call.depth());
    });
  }
  Result<MaybeValue> kv_subscribe(CallContext& call, std::string_view key) override {
    return with_store(call, "kv-subscribe",
                      [&](Store& store) { return store.subscribe(key, call.module()); });
  }
  Result<MaybeValue> kv_unsubscribe(CallContext& call, std::string_view key) override {
    return with_store(call, "kv-unsubscribe",
                      [&](Store& store) { return store.unsubscribe(key, call.module()); });
  }

 private:
  Result<MaybeValue> with_store(CallContext& call, std::string_view function, auto use) {
    const auto store = stores_.find(call.app());
    if (!store) return Error(Code::Stopping, concat(function, ": the app has stopped"));
    auto result = Result<MaybeValue>(use(*store));
    if (!result && result.error().code() == Code::LimitReached) {
      call.count(runtime::Limit::Keys);
    }
    return std::move(result).context(function);
  }

  runtime::Events& events_;
  const std::filesystem::path home_;
  const Limits limits_;
  runtime::PerApp<Store> stores_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(runtime::Events& events, std::filesystem::path home,
                                         Limits limits) {
  return std::make_unique<KvStore>(events, std::move(home), limits);
}

}  // namespace hermes::kv_store
