#include "net/address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/strings.h"

namespace hermes::net {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

struct Range {
  const char* first;
  unsigned bits;
};

// The special-purpose registries of IANA, with what is for multicast and for the future.
constexpr std::array kSpecialV4{
    Range{"0.0.0.0", 8},      Range{"10.0.0.0", 8},     Range{"100.64.0.0", 10},
    Range{"127.0.0.0", 8},    Range{"169.254.0.0", 16}, Range{"172.16.0.0", 12},
    Range{"192.0.0.0", 24},   Range{"192.0.2.0", 24},   Range{"192.88.99.0", 24},
    Range{"192.168.0.0", 16}, Range{"198.18.0.0", 15},  Range{"198.51.100.0", 24},
    Range{"203.0.113.0", 24}, Range{"224.0.0.0", 3},
};

// Of IPv6, only 2000::/3 is given out, and of it not these: tunnels, which lead to an address of
// IPv4 that nobody has checked, and documentation.
constexpr Range kGlobalV6{"2000::", 3};
constexpr std::array kSpecialV6{
    Range{"2001::", 23},
    Range{"2001:db8::", 32},
    Range{"2002::", 16},
    Range{"3fff::", 20},
};
constexpr Range kNat64{"64:ff9b::", 96};  // The last four bytes are the address of IPv4.

template <typename Bytes>
bool is_in(const Bytes& address, const Bytes& first, unsigned bits) {
  for (std::size_t i = 0; bits > 0; ++i) {
    const auto count = std::min(bits, 8U);
    const auto mask = static_cast<unsigned char>(0xffU << (8U - count));
    if ((address[i] & mask) != (first[i] & mask)) return false;
    bits -= count;
  }
  return true;
}

bool is_in(const ip::address_v4& address, const Range& range) {
  return is_in(address.to_bytes(), ip::make_address_v4(range.first).to_bytes(), range.bits);
}
bool is_in(const ip::address_v6& address, const Range& range) {
  return is_in(address.to_bytes(), ip::make_address_v6(range.first).to_bytes(), range.bits);
}

bool is_public_v4(const ip::address_v4& address) {
  return std::ranges::none_of(kSpecialV4,
                              [&](const Range& range) { return is_in(address, range); });
}

bool is_public_v6(const ip::address_v6& address) {
  if (is_in(address, kNat64)) {
    const auto bytes = address.to_bytes();
    return is_public_v4(ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}));
  }
  return is_in(address, kGlobalV6) && std::ranges::none_of(kSpecialV6, [&](const Range& range) {
           return is_in(address, range);
         });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

// Somebody might read a host with such an end as an address.
bool is_number(std::string_view label) {
  return std::ranges::all_of(label, is_digit) || label.starts_with("0x");
}

std::optional<Host> address_of(std::string_view text, auto make) {
  boost::system::error_code error;
  const auto address = make(std::string(text), error);
  if (error) return std::nullopt;
  return Host{address.to_string(), Address(address)};
}

std::optional<Host> parse_v6(std::string_view text) {
  if (text.find('%') != text.npos) return std::nullopt;  // A zone, which only this machine knows.
  auto host =
      address_of(text, [](const std::string& t, auto& e) { return ip::make_address_v6(t, e); });
  if (host && host->address->to_v6().is_v4_mapped()) return std::nullopt;
  return host;
}

}  // namespace

Address unmapped(const Address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

bool is_public(const Address& address) {
  const auto real = unmapped(address);
  return real.is_v4() ? is_public_v4(real.to_v4()) : is_public_v6(real.to_v6());
}

std::optional<Host> parse_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    return parse_v6(text.substr(1, text.size() - 2));
  }
  if (text.size() > kLongestName) return std::nullopt;
  auto name = lower_case(text);
  const auto labels = split(name, '.');
  if (!std::ranges::all_of(labels, is_label)) return std::nullopt;
  if (!is_number(labels.back())) return Host{std::move(name)};
  return address_of(name, [](const std::string& t, auto& e) { return ip::make_address_v4(t, e); });
}

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == text.npos) return std::nullopt;
  const auto colon = text.find(':', bracket);
  auto host = parse_host(text.substr(0, colon));
  if (!host) return std::nullopt;
  if (colon == text.npos) return HostAndPort{*std::move(host), std::nullopt};
  std::uint16_t port = 0;
  const auto digits = text.substr(colon + 1);
  const auto* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc() || rest != end || port == 0) return std::nullopt;
  return HostAndPort{*std::move(host), port};
}

}  // namespace hermes::net
