#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"

namespace hermes::http_gateway {

/// Headers that the authenticator adds to a request that it lets pass: who the client is.
using Identity = std::vector<std::pair<std::string, std::string>>;

/// Clients that an app's authenticator has let pass, by the headers that it has judged them by.
/// Thread-safe.
class AuthCache {
 public:
  std::optional<Identity> find(const std::string& key, MonotonicTime now) const {
    return entries_.with([&](const Entries& entries) -> std::optional<Identity> {
      const auto found = entries.find(key);
      if (found == entries.end() || found->second.until <= now) return std::nullopt;
      return found->second.identity;
    });
  }

  /// Where it is full of what is not over, it keeps nothing more.
  void put(std::string key, Identity identity, MonotonicTime now, MonotonicTime until) {
    entries_.with([&](Entries& entries) {
      if (entries.size() >= kMost) {
        std::erase_if(entries, [&](const auto& entry) { return entry.second.until <= now; });
      }
      if (entries.size() >= kMost) return;
      entries.insert_or_assign(std::move(key), Entry{std::move(identity), until});
    });
  }

 private:
  struct Entry {
    Identity identity;
    MonotonicTime until;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  static constexpr std::size_t kMost = 10'000;

  Guarded<Entries> entries_;
};

}  // namespace hermes::http_gateway
