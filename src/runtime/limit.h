#pragma once

// The limits that refuse something to whoever passes them, and let it go on: a guest with an error
// of a host function, a client with a status, an extension with an event that is not taken. What
// ends a call instead is among the CallFailures.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hermes::runtime {

enum class Limit : std::uint8_t {
  AppEvents,     // Of an app's queue.
  Events,        // Of the engine's.
  SpareThreads,  // None was left to drive a worker on.
  Memory,        // That a call asked for while it ran.
  AppMemory,
  EngineMemory,
  CronEntries,
  Keys,
  Database,
  DatabaseMemory,
  DatabaseValue,
  Databases,      // That are open.
  Requests,       // To other hosts, under way.
  RequestBytes,   // To another host.
  ResponseBytes,  // From another host.
  Var,            // Of an app's guests, in bytes.
  Tmp,            // Of a call's guest.
  Files,          // That an app's calls have open.
  Listings,       // Of directories, by a call.
  HttpStreams,    // Requests of wasi:http by a call, under way.
  HttpBody,
  HttpBodies,  // That are collected at once.
  HttpTime,
  HttpRate,
  HttpResponse,
  HttpHeader,
  HttpTarget,
  HttpConnections,
  IpfsFile,      // That an app adds or reads at once.
  IpfsPins,      // Of an app.
  IpfsTopics,    // To which it listens.
  IpfsMessages,  // That wait for it.
  IpfsRecords,
  IpfsProvided,  // Keys.
  IpfsPeers,     // That it has evicted.
};

inline constexpr std::size_t kLimits = static_cast<std::size_t>(Limit::IpfsPeers) + 1;

/// As `hermes ctl status` has it: "app_events".
std::string_view name(Limit limit);

/// What was refused, why, and the settings that say how much there is.
std::string_view describe(Limit limit);

/// How often each was met, by its number.
using BreachCounts = std::array<std::uint64_t, kLimits>;

/// How often all of them were.
std::uint64_t total(const BreachCounts& counts);

}  // namespace hermes::runtime
