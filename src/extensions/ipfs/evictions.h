#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "extensions/ipfs/parts.h"
#include "extensions/ipfs/question.h"
#include "extensions/ipfs/rights.h"

namespace hermes::ipfs {

/// Peers of which apps want nothing. An app with the permission `evict` keeps them away from the
/// whole node, while it runs. Thread-safe.
class Evictions {
 public:
  explicit Evictions(const Parts& parts) : parts_(parts) {}

  /// Those of before are evicted again. Also for a generation that takes over.
  Result<> app_started(const Rights& rights);
  void app_stopped(const runtime::AppId& app);

  /// `peer` in text form.
  void evict(std::shared_ptr<const Rights> rights, std::string_view peer,
             std::shared_ptr<Question<bool>> question);

  bool has_evicted(std::string_view app, std::string_view peer) const;

 private:
  struct OfApp {
    std::set<std::string, std::less<>> peers = {};
    bool from_node = false;
  };
  using Apps = std::map<runtime::AppId, OfApp, std::less<>>;

  static bool is_wanted_away(const Apps& apps, std::string_view peer);
  void block(const std::string& peer, UniqueFunction<void(Result<>)> then);
  void unblock(const std::string& peer);

  const Parts& parts_;
  std::mutex changing_;  // Who is wanted away changes here and in the node in one order.
  Guarded<Apps> apps_;
};

}  // namespace hermes::ipfs
