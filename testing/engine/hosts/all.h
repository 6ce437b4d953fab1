#pragma once

#include <memory>
#include <string_view>

#include "runtime/extension.h"
#include "testing/engine/hosts/cardano.h"
#include "testing/engine/hosts/cron.h"
#include "testing/engine/hosts/crypto.h"
#include "testing/engine/hosts/hash.h"
#include "testing/engine/hosts/http_request.h"
#include "testing/engine/hosts/kv_store.h"
#include "testing/engine/hosts/localtime.h"
#include "testing/engine/hosts/logging.h"
#include "testing/engine/hosts/sqlite.h"

namespace hermes::testing {

/// Everything that the shapes guest imports. A test can put others in place of some, before `link`.
struct Hosts {
  Result<> link(wasm::Linker& linker);

  CardanoHost cardano = {};
  std::unique_ptr<CronHost> cron = std::make_unique<CronHost>();
  CryptoHost crypto = {};
  HashHost hash = {};
  HttpRequestHost http_request = {};
  KvStoreHost kv_store = {};
  LocaltimeHost localtime = {};
  LoggingHost logging = {};
  std::unique_ptr<SqliteHost> sqlite = std::make_unique<SqliteHost>();
};

/// An engine's face of the hosts, which outlive it.
class HostsExtension final : public runtime::Extension {
 public:
  explicit HostsExtension(Hosts& hosts) : hosts_(hosts) {}

  std::string_view name() const override { return "hosts"; }
  Result<> link(wasm::Linker& linker) override { return hosts_.link(linker); }

 private:
  Hosts& hosts_;
};

}  // namespace hermes::testing
