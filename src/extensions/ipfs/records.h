#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "extensions/ipfs/announcements.h"
#include "extensions/ipfs/evictions.h"
#include "extensions/ipfs/parts.h"
#include "extensions/ipfs/question.h"
#include "extensions/ipfs/record_shelf.h"
#include "extensions/ipfs/rights.h"
#include "extensions/ipfs/shares.h"

namespace hermes::ipfs {

/// Records and providers of apps in the hash table of Hermes (docs/formats/record.md).
/// Thread-safe.
class Records {
 public:
  Records(const Parts& parts, const Evictions& evictions);

  void start();

  /// What it has published is published again. Also for a generation that takes over.
  Result<> app_started(const runtime::AppId& app);
  void app_stopped(const runtime::AppId& app);

  void put(std::shared_ptr<const Rights> rights, std::string key, std::string value,
           std::shared_ptr<Question<bool>> question);
  void get(std::shared_ptr<const Rights> rights, std::string key,
           std::shared_ptr<Question<wit::ipfs::DhtValue>> question);
  void provide(std::shared_ptr<const Rights> rights, std::string key,
               std::shared_ptr<Question<void>> question);
  void find_providers(const std::shared_ptr<const Rights>& rights, std::string_view key,
                      std::shared_ptr<Question<std::vector<wit::ipfs::PeerId>>> question);

  /// Hears nothing more.
  void quiesce();
  void stop();

 private:
  using Peers = std::vector<std::string>;

  void hear(p2p::OfferedRecord offered);
  void announce(const Announced& announced, UniqueFunction<void(bool)> then);
  void publish(const runtime::AppId& app, const p2p::TrackedRecord& record,
               UniqueFunction<void(Result<bool>)> then);
  void provide_now(const runtime::AppId& app, std::string_view key,
                   UniqueFunction<void(Result<bool>)> then);
  void put_now(const Rights& rights, const std::string& key, const std::string& value,
               const std::shared_ptr<Question<bool>>& question);
  void look(const std::shared_ptr<const Rights>& rights, const std::string& key,
            const std::shared_ptr<Question<wit::ipfs::DhtValue>>& question);
  void search(const Rights& rights, const std::string& key,
              const std::vector<std::string>& publishers,
              const std::shared_ptr<Question<wit::ipfs::DhtValue>>& question);
  void find(const runtime::AppId& app, std::string_view key, std::chrono::nanoseconds timeout,
            UniqueFunction<void(UniqueFunction<void()>)> started,
            UniqueFunction<void(Result<Peers>)> then);

  const Parts& parts_;
  const Evictions& evictions_;
  Guarded<RecordShelf> shelf_;
  Shares queries_;
  Announcements announcements_;  // Last, since it calls back.
};

/// Whether a key, or a value, is one that records may have.
bool is_record_key(std::string_view key);
bool is_record_value(std::string_view value);

}  // namespace hermes::ipfs
