#include "net/client_counts.h"

#include <boost/asio/ip/address.hpp>

namespace hermes::net {
namespace {

constexpr std::size_t kNetworkBytes = 8;

std::string key_of(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error || !parsed.is_v6()) return std::string(address);
  const auto bytes = parsed.to_v6().to_bytes();
  return {bytes.begin(), bytes.begin() + kNetworkBytes};
}

}  // namespace

bool ClientCounts::add(std::string_view address, std::size_t most) {
  auto key = key_of(address);
  return counts_.with([&](auto& counts) { return ++counts[std::move(key)] <= most; });
}

void ClientCounts::remove(std::string_view address) {
  const auto key = key_of(address);
  counts_.with([&](auto& counts) {
    const auto found = counts.find(key);
    if (found != counts.end() && --found->second == 0) counts.erase(found);
  });
}

}  // namespace hermes::net
