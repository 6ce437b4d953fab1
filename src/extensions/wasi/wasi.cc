#include "extensions/wasi/wasi.h"

#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/wasi/app_world.h"
#include "extensions/wasi/sender.h"
#include "extensions/wasi/sockets.h"
#include "runtime/per_app.h"
#include "wasm/wasi_host.h"

namespace hermes::wasi {
namespace {

constexpr runtime::Need kNeeds[] = {
    {"wasi:http/outgoing-handler#handle", "outbound:"},
    {"wasi:sockets/tcp-create-socket#create-tcp-socket", "tcp:"},
    {"wasi:sockets/udp-create-socket#create-udp-socket", "udp:"},
};

// Tells each call what its app's guests see, and sends what they ask for.
class Wasi final : public runtime::Extension, public wasm::WasiHost {
 public:
  Wasi(std::shared_ptr<net::Outbound> outbound, log::Log& log, std::filesystem::path home,
       Limits limits, Secrets* secrets, runtime::Breaches* breaches,
       std::shared_ptr<const vfs::Tree> content)
      : outbound_(std::move(outbound)),
        log_(log),
        home_(std::move(home)),
        limits_(limits),
        secrets_(secrets),
        breaches_(breaches),
        content_(std::move(content)) {}
  Wasi(const Wasi&) = delete;
  ~Wasi() override { client_->close(); }

  std::string_view name() const override { return "wasi"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide_wasi(*this); }
  std::span<const runtime::Need> needs() const override { return kNeeds; }

  Result<> app_started(const runtime::App& app) override {
    auto world = TRY(world_of(app, limits_, content_));
    if (secrets_ != nullptr) TRY(add_secrets(app.id, world.environment));
    worlds_.set(app.id, std::make_shared<AppWorld>(home_, app.id, std::move(world)));
    return {};
  }
  Result<> app_changed(const runtime::App&, const runtime::App& after) override {
    return app_started(after);
  }
  void app_stopped(const runtime::AppId& app) override {
    worlds_.remove(app);
    outbound_->forget(app);
  }
  void stop() override { outbound_->stop(); }

  void set_up(wasm::CallState& state, wasm::WasiSetup setup) override {
    const auto app = worlds_.find(call(state).app());
    if (!app) return;
    for (const auto& argument : app->world().arguments) setup.add_argument(argument);
    for (const auto& [name, value] : app->world().environment) setup.add_variable(name, value);
  }

  std::shared_ptr<const wasm::WasiFolders> folders(wasm::CallState& state) override {
    const auto app = worlds_.find(call(state).app());
    if (!app) return nullptr;
    auto folders = app->folders();
    if (folders) return *std::move(folders);
    write_log(call(state), concat("it has no folders: ", folders.error().message()));
    return nullptr;
  }

  std::unique_ptr<Sender> open(wasm::CallState& state) override {
    const auto& asker = call(state);
    const auto app = worlds_.find(asker.app());
    auto hosts = app ? std::shared_ptr<const net::OutboundHosts>(app, &app->world().hosts)
                     : std::make_shared<const net::OutboundHosts>();
    return make_sender(client_, log_, {asker.app(), asker.module(), std::move(hosts), breaches_});
  }

  std::unique_ptr<Sockets> sockets(wasm::CallState& state) override {
    const auto& asker = call(state);
    auto app = worlds_.find(asker.app());
    if (!app) return nullptr;
    return make_sockets({asker.app(), asker.module(), std::move(app), client_, log_});
  }

 private:
  // A secret goes before a variable of the manifest.
  Result<> add_secrets(const runtime::AppId& app,
                       std::vector<std::pair<std::string, std::string>>& environment) {
    for (auto& [name, value] : TRY(secrets_->of(app))) {
      std::erase_if(environment, [&](const auto& variable) { return variable.first == name; });
      environment.emplace_back(std::move(name), std::move(value));
    }
    return {};
  }

  static runtime::CallContext& call(wasm::CallState& state) {
    return static_cast<runtime::CallContext&>(state);
  }

  void write_log(const runtime::CallContext& call, std::string_view message) const {
    log_.write({.level = log::Level::Warn,
                .component = "wasi",
                .app = call.app(),
                .module = call.module(),
                .message = message});
  }

  const std::shared_ptr<net::Outbound> outbound_;
  const std::shared_ptr<Client> client_ = std::make_shared<Client>(outbound_);
  log::Log& log_;
  const std::filesystem::path home_;
  const Limits limits_;
  Secrets* const secrets_;             // Null if there are none.
  runtime::Breaches* const breaches_;  // Null: limits that are met are not counted.
  const std::shared_ptr<const vfs::Tree> content_;
  runtime::PerApp<AppWorld> worlds_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(std::shared_ptr<net::Outbound> outbound, log::Log& log,
                                         std::filesystem::path home, Limits limits,
                                         Secrets* secrets, runtime::Breaches* breaches,
                                         std::shared_ptr<const vfs::Tree> content) {
  return std::make_unique<Wasi>(std::move(outbound), log, std::move(home), limits, secrets,
                                breaches, std::move(content));
}

}  // namespace hermes::wasi
