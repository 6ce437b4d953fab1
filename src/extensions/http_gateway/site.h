#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/http_gateway/options.h"
#include "extensions/http_gateway/section.h"
#include "net/outbound_hosts.h"
#include "runtime/app.h"

namespace hermes::http_gateway {

class AuthCache;

/// A module that may answer a request, and how it is asked.
struct Turn {
  runtime::ModuleId module;
  bool streams = false;  // By wasi:http/incoming-handler, else by `reply`.
};

/// How the module is asked, one after the other; not at all if it handles no requests. Who handles
/// them in both ways may decline a `reply`.
std::vector<Turn> turns_of(const runtime::ModuleSource& module);

/// What the gateway knows of one generation of an app. Never changes, but for what it remembers.
struct Site {
  runtime::AppId app;
  std::string name;         // In lower case.
  std::vector<Turn> turns;  // Of a request to /api, up to the first that cannot decline.
  std::map<runtime::ModuleId, std::vector<Turn>> turns_of_module;
  std::shared_ptr<const vfs::Tree> www;  // Null if there are no files.
  Section section;
  bool has_content = false;                            // It serves content of IPFS, and may.
  std::shared_ptr<const net::OutboundHosts> outbound;  // That the app may ask.
  std::shared_ptr<AuthCache> auth_cache;
};

/// Which app answers to which host. Thread-safe.
///
/// The app `board` has http://board.localhost and http://board.hermes.local, and the hosts that it
/// asks for and the operator has granted. The default app has what names no app:
/// http://localhost, addresses, and requests without a host.
class Sites {
 public:
  /// `options` outlives it.
  explicit Sites(const Options& options) : options_(options) {}

  /// Adds the app, or takes the new generation in place of the one before. Fails for a manifest
  /// that is wrong, and for a name that another app has.
  Result<> put(const runtime::App& app);

  void remove(const runtime::AppId& app);

  /// `host` is as the client sent it, without its port. Null if nobody has it.
  std::shared_ptr<const Site> find(std::string_view host) const;

 private:
  struct Table {
    std::map<std::string, std::shared_ptr<const Site>, std::less<>> by_name;
    std::map<std::string, std::shared_ptr<const Site>, std::less<>> by_host;
    std::shared_ptr<const Site> of_machine;  // As a manifest says.

    void remove(const runtime::AppId& app);
  };

  // A reader copies the pointer, so that it holds the lock for an instant.
  std::shared_ptr<const Table> table() const;
  std::shared_ptr<const Site> default_of(const Table& sites) const;

  const Options& options_;
  Guarded<std::shared_ptr<const Table>> table_{std::make_shared<const Table>()};
};

}  // namespace hermes::http_gateway
