#include "extensions/http_gateway/rate_limit.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "base/strings.h"

namespace hermes::http_gateway {
namespace {

constexpr std::size_t kMostKeys = 100'000;  // Above that, those that owe nothing are forgotten.
constexpr std::chrono::nanoseconds kBurst = std::chrono::seconds(1);

}  // namespace

std::optional<std::chrono::nanoseconds> RateLimit::admit(std::string_view key, MonotonicTime now) {
  if (per_second_ == 0) return std::nullopt;
  const std::chrono::nanoseconds price = kBurst / per_second_;
  return debts_.with([&](Debts& debts) -> std::optional<std::chrono::nanoseconds> {
    auto found = debts.find(key);
    if (found == debts.end()) {
      if (debts.size() >= kMostKeys) {
        std::erase_if(debts, [&](const auto& debt) { return debt.second <= now; });
      }
      if (debts.size() >= kMostKeys) return std::nullopt;  // The limit of the app still holds.
      found = debts.emplace(key, now).first;
    }
    const auto paid = std::max(found->second, now) + price;
    if (paid - now > kBurst) return paid - now - kBurst;
    found->second = paid;
    return std::nullopt;
  });
}

std::string client_key(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || !parsed.is_v6()) return std::string(address);
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return concat(boost::asio::ip::address_v6(bytes).to_string(), "/64");
}

}  // namespace hermes::http_gateway
