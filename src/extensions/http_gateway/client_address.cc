#include "extensions/http_gateway/client_address.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/strings.h"
#include "net/address.h"

namespace hermes::http_gateway {
namespace {

using boost::asio::ip::address;
using Addresses = std::vector<std::optional<address>>;

constexpr std::size_t kMostProxies = 50;

std::optional<address> parse_address(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return net::unmapped(parsed);
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80", "2001:db8::1".
std::optional<address> parse_node(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == text.npos ? std::nullopt : parse_address(text.substr(1, end - 1));
  }
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  return parse_address(text);
}

// Cuts at separators that do not stand in a quoted string; nullopt where one does not end.
std::optional<std::vector<std::string_view>> split_outside_quotes(std::string_view text,
                                                                  char separator) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == separator && !quoted) {
      pieces.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (quoted) return std::nullopt;
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::string unquote(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

// All values of the header as if they were one; empty if there is none.
std::string joined(const net::Headers& headers, std::string_view name) {
  std::string all;
  for (const auto header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    all += concat(all.empty() ? "" : ",", header.value);
  }
  return all;
}

// What the headers say, from the first proxy to the last.
Addresses addresses_of(const net::Headers& headers) {
  const auto forwarded = joined(headers, "forwarded");
  if (!forwarded.empty()) return parse_forwarded(forwarded).value_or(Addresses());
  Addresses addresses;
  const auto list = joined(headers, "x-forwarded-for");
  if (list.empty()) return addresses;
  for (const auto item : split(list, ',')) addresses.push_back(parse_node(item));
  return addresses;
}

}  // namespace

Result<Networks> Networks::parse(std::string_view text) {
  Networks networks;
  if (trim(text).empty()) return networks;
  for (const auto item : split(text, ',')) {
    const auto [host, bits] = split_once(trim(item), '/');
    const auto address = parse_address(host);
    const unsigned most = address && address->is_v4() ? 32 : 128;
    unsigned count = most;
    bool is_count = true;
    if (bits) {
      const auto* end = bits->data() + bits->size();
      const auto [rest, error] = std::from_chars(bits->data(), end, count);
      is_count = error == std::errc() && rest == end && count <= most;
    }
    if (!address || !is_count) {
      return Error(
          Code::InvalidArgument,
          concat("'", trim(item), "' is neither an address nor a network as in 10.0.0.0/8"));
    }
    networks.networks_.push_back({*address, count});
  }
  return networks;
}

bool Networks::has(const address& one) const {
  const auto is_in = [](const auto& bytes, const auto& network, unsigned bits) {
    for (std::size_t i = 0; i < bytes.size() && bits > 0; ++i) {
      const unsigned here = std::min(bits, 8U);
      if (((bytes[i] ^ network[i]) >> (8 - here)) != 0) return false;
      bits -= here;
    }
    return true;
  };
  return std::ranges::any_of(networks_, [&](const Network& network) {
    if (network.address.is_v4() != one.is_v4()) return false;
    return one.is_v4()
               ? is_in(one.to_v4().to_bytes(), network.address.to_v4().to_bytes(), network.bits)
               : is_in(one.to_v6().to_bytes(), network.address.to_v6().to_bytes(), network.bits);
  });
}

std::optional<Addresses> parse_forwarded(std::string_view value) {
  Addresses addresses;
  const auto elements = split_outside_quotes(value, ',');
  if (!elements) return std::nullopt;
  for (const auto element : *elements) {
    if (trim(element).empty()) continue;
    std::optional<address> found;
    const auto pairs = split_outside_quotes(element, ';');
    if (!pairs) return std::nullopt;
    for (const auto pair : *pairs) {
      const auto [name, node] = split_once(trim(pair), '=');
      if (trim(pair).empty()) continue;
      if (!node || !net::is_token(name)) return std::nullopt;
      if (equals_ignoring_case(name, "for")) found = parse_node(unquote(*node));
    }
    addresses.push_back(found);
  }
  return addresses;
}

std::string client_address(std::string_view peer, const net::Headers& headers,
                           const Networks& trusted) {
  if (trusted.empty()) return std::string(peer);
  auto client = parse_address(peer);
  if (!client || !trusted.has(*client)) return std::string(peer);
  const auto addresses = addresses_of(headers);
  std::size_t proxies = 0;
  for (auto one = addresses.rbegin(); one != addresses.rend() && *one; ++one) {
    client = *one;
    if (!trusted.has(*client) || ++proxies == kMostProxies) break;
  }
  return client->to_string();
}

}  // namespace hermes::http_gateway
