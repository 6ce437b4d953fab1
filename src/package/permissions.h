#pragma once

// What an app may do beyond its own affairs, by name. Its manifest asks, and whoever runs it grants
// (grants.h):
//
//   cron                       be woken at times, and after a while
//   shutdown                   end the engine
//   outbound:HOST[:PORT]       send requests there
//   topic:NAME                 publish to that topic of IPFS, and read it
//   dht                        write to the DHT of IPFS
//   evict                      keep a peer of IPFS away from the whole node
//   validate                   keep what fails a check away from the whole node

#include <set>
#include <string>
#include <string_view>

namespace hermes::package {

/// What messages say of them.
inline constexpr std::string_view kPermissionNames =
    "cron, shutdown, outbound:host, outbound:host:port, topic:name, dht, evict or validate";

/// Whether there is a permission of that name.
bool is_permission(std::string_view name);

/// Whether an app can have this name of a host beside those of its own name: of a public domain, in
/// lower case.
bool is_hostname(std::string_view name);

/// What is left of what was asked for: a grant for one port of a host is less than what asks for
/// all of them, and the other way round.
std::set<std::string> narrow(const std::set<std::string>& asked,
                             const std::set<std::string>& granted);

/// Whether what was asked for is part of what was granted, whole.
bool covers(const std::set<std::string>& granted, std::string_view asked);

}  // namespace hermes::package
