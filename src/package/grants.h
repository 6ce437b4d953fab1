#pragma once

// What whoever runs the engine lets an app do and have:
//
//   [apps."board@91ab…"]                        the app's id: its name and its author's certificate
//   permissions = ["cron", "outbound:api.example.com:443"]
//   hostnames = ["board.example.com"]
//   memory_mib = 64                             as the others: a number that lowers a limit
//
//   [apps."board@91ab…".settings.api]           what its module `api` reads (settings.h)
//
// Grants only narrow what a manifest asks for. A package for which there are none gets nothing that
// it asks for beyond its own affairs; an app in a directory, whose manifest can be written by who
// runs it, gets all of it.

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/app.h"

namespace hermes::package {

struct Grants {
  // Without them: nothing for a package, for a directory all that its manifest asks for.
  std::optional<std::set<std::string>> permissions = std::nullopt;
  std::optional<std::set<std::string>> hostnames = std::nullopt;

  // Of a call, but for `calls`.
  std::optional<std::size_t> memory = std::nullopt;  // Bytes.
  std::optional<std::chrono::nanoseconds> cpu = std::nullopt;
  std::optional<std::chrono::nanoseconds> wall = std::nullopt;
  std::optional<std::size_t> calls = std::nullopt;

  runtime::StorageLimits storage = {};

  std::map<runtime::ModuleId, std::string> settings = {};  // JSON objects.

  int weight = 1;  // How large the app's share of time is, beside that of others.

  bool operator==(const Grants&) const = default;
};

/// By the app's id.
using GrantsOfApps = std::map<runtime::AppId, Grants, std::less<>>;

/// Takes from an app, which has all that its manifest asks for, what is not granted to it, and
/// lowers its limits. What it does not get is in its `denied` then.
void apply_grants(const GrantsOfApps& grants, runtime::App& app);

/// What to write into the configuration for an app to get what it was denied; empty if it was
/// denied nothing.
std::string how_to_grant(const runtime::App& app);

}  // namespace hermes::package
