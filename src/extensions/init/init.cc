#include "extensions/init/init.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "extensions/init/sequence.h"
#include "runtime/permission.h"
#include "wit/hermes/init.h"

namespace hermes::init {
namespace {

using wit::init::CallContext;

constexpr auto kPermission = "shutdown";
constexpr runtime::Need kNeeds[] = {{"hermes:init/api#done", kPermission}};

class InitExtension final : public runtime::Extension, public wit::init::Api {
 public:
  InitExtension(runtime::Events& events, runtime::Shutdown& shutdown)
      : events_(events), shutdown_(shutdown) {}

  std::string_view name() const override { return "init"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }
  std::span<const runtime::Need> needs() const override { return kNeeds; }

  void app_opening(const runtime::App& app, UniqueFunction<void(Result<>)> ready) override {
    Sequence::run(events_, app, std::move(ready));
  }

  Result<> done(CallContext& call, std::uint8_t status_code) override {
    TRY(runtime::require_permission(call, "done", kPermission));
    shutdown_.request(status_code);
    return {};
  }

 private:
  runtime::Events& events_;
  runtime::Shutdown& shutdown_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(runtime::Events& events, runtime::Shutdown& shutdown) {
  return std::make_unique<InitExtension>(events, shutdown);
}

}  // namespace hermes::init
