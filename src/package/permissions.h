#pragma once

// What an app may do beyond its own affairs, by name. Its manifest asks, and whoever runs it grants
// (grants.h):
//
//   cron                       be woken at times, and after a while
//   shutdown                   end the engine
//   outbound:HOST[:PORT]       send requests there
//   tcp:HOST[:PORT]            connect sockets there
//   udp:HOST[:PORT]            exchange datagrams with it
//   ipfs                       use IPFS: files, and messages on topics of its own
//   topic:NAME                 exchange messages on that topic of IPFS, which apps share
//   dht                        publish records in the DHT of Hermes
//   evict                      keep a peer of IPFS away from the whole node
//   validate                   keep messages that it finds invalid from being passed on

#include <set>
#include <string>
#include <string_view>

namespace hermes::package {

/// What messages say of them.
inline constexpr std::string_view kPermissionNames =
    "cron, shutdown, outbound:host, outbound:host:port, tcp:host, tcp:host:port, udp:host, "
    "udp:host:port, ipfs, topic:name, dht, evict or validate";

/// Whether there is a permission of that name.
bool is_permission(std::string_view name);

/// Whether an app can have this name of a host beside those of its own name: of a public domain, in
/// lower case.
bool is_hostname(std::string_view name);

/// What a message adds about a name that is neither, where it has letters beyond ASCII: how hosts
/// are asked for then. Empty for others.
std::string_view punycode_hint(std::string_view name);

/// What is left of what was asked for: a grant for one port of a host is less than what asks for
/// all of them, and the other way round.
std::set<std::string> narrow(const std::set<std::string>& asked,
                             const std::set<std::string>& granted);

/// Whether what was asked for is part of what was granted, whole.
bool covers(const std::set<std::string>& granted, std::string_view asked);

}  // namespace hermes::package
