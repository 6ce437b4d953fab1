#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/time.h"

namespace hermes::io {

/// The addresses of names, for as long as they may be kept. Not thread-safe.
class AddressCache {
 public:
  using Addresses = std::vector<boost::asio::ip::address>;

  std::optional<Addresses> find(std::string_view name, MonotonicTime now) const {
    const auto found = entries_.find(name);
    if (found == entries_.end() || found->second.until <= now) return std::nullopt;
    return found->second.addresses;
  }

  void put(std::string name, Addresses addresses, MonotonicTime now, std::chrono::seconds ttl) {
    if (ttl <= std::chrono::seconds(0)) return;
    if (entries_.size() >= kMost)
      std::erase_if(entries_, [&](auto& e) { return e.second.until <= now; });
    if (entries_.size() >= kMost) entries_.clear();
    entries_[std::move(name)] = {std::move(addresses), now + std::min(ttl, kLongest)};
  }

 private:
  static constexpr std::size_t kMost = 4'096;
  static constexpr std::chrono::seconds kLongest = std::chrono::hours(1);

  struct Entry {
    Addresses addresses;
    MonotonicTime until;
  };

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace hermes::io
