#include "package/manifest.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/strings.h"

namespace hermes::package {
namespace {

using namespace std::chrono_literals;

constexpr auto kBoard = R"({
  "$schema": "../../docs/schemas/app.schema.json",
  "name": "board",
  "version": "1.2.3-rc.1+5",
  "modules": [
    {"id": "api", "component": "bin/board.wasm", "config": {"days": 7}},
    {"component": "bin/tidy.v2.wasm"}
  ],
  "www": "www",
  "share": "data/share",
  "icon": "www/icon.svg",
  "description": "Messages.",
  "build": "make",
  "log": {"level": "debug"},
  "permissions": ["shutdown"],
  "hostnames": ["board.example.com"],
  "limits": {"memory_mib": 64, "cpu_ms": 1000, "wall_ms": 30000, "calls": 8},
  "http": {"endpoints": []}
})";

Result<Manifest> parse(std::string text) {
  return parse_manifest(std::move(text), "app.json", {});
}

TEST(Manifest, IsReadInFull) {
  const auto manifest = parse(kBoard);
  ASSERT_TRUE(manifest) << manifest.error().message();
  EXPECT_EQ(manifest->name, "board");
  EXPECT_EQ(manifest->version, "1.2.3-rc.1+5");
  ASSERT_EQ(manifest->modules.size(), 2U);
  EXPECT_EQ(manifest->modules[0].id, "api");
  EXPECT_EQ(manifest->modules[0].component.path, "bin/board.wasm");
  EXPECT_EQ(manifest->modules[0].config, R"({"days": 7})");
  EXPECT_EQ(manifest->modules[1].id, "tidy.v2");
  EXPECT_EQ(manifest->modules[1].config, "{}");
  EXPECT_EQ(manifest->www->path, "www");
  EXPECT_EQ(manifest->share->path, "data/share");
  EXPECT_EQ(manifest->icon->path, "www/icon.svg");
  EXPECT_EQ(manifest->description, "Messages.");
  EXPECT_EQ(manifest->build, "make");
  EXPECT_EQ(manifest->log_level, log::Level::Debug);
  EXPECT_EQ(manifest->permissions, std::set<std::string>{"shutdown"});
  EXPECT_EQ(manifest->hostnames, std::set<std::string>{"board.example.com"});
  EXPECT_EQ(manifest->limits.memory, std::size_t{64} << 20);
  EXPECT_EQ(manifest->limits.cpu, 1s);
  EXPECT_EQ(manifest->limits.wall, 30s);
  EXPECT_EQ(manifest->limits.calls, 8U);
  EXPECT_NE(manifest->document.root().find("http"), nullptr);
}

TEST(Manifest, HasDefaults) {
  const auto manifest = parse(R"({"name": "a", "version": "0.0.0", "modules": []})");
  ASSERT_TRUE(manifest) << manifest.error().message();
  EXPECT_FALSE(manifest->www);
  EXPECT_FALSE(manifest->share);
  EXPECT_FALSE(manifest->icon);
  EXPECT_EQ(manifest->log_level, log::Level::Info);
  EXPECT_TRUE(manifest->permissions.empty());
  EXPECT_EQ(manifest->limits.memory, runtime::CallLimits().memory);
}

// What is wrong with the minimal manifest after `members` were added, where "@" is the position.
std::string error_with(std::string_view members) {
  const auto manifest =
      parse(concat(R"({"name": "a", "version": "0.0.0", "modules": [],)", "\n", members, "}"));
  return manifest ? "none" : manifest.error().message();
}

TEST(Manifest, SaysWhatIsWrong) {
  const struct {
    const char* members;
    const char* error;
  } cases[] = {
      {R"("modles": [])",
       "app.json:2:1: /modles: unknown member; known here: $schema, name, version, description, "
       "icon, build, modules, www, share, log, permissions, hostnames, limits, http, ipfs, kv, "
       "sqlite, "
       "wasi"},
      {R"("$schema": 1)", "app.json:2:12: /$schema: expected a string, found a number"},
      {R"("www": "/var")", "app.json:2:8: /www: expected a path inside the app, as in 'dir/file'"},
      {R"("www": "a/../b")",
       "app.json:2:8: /www: expected a path inside the app, as in 'dir/file'"},
      {R"("www": "a/")", "app.json:2:8: /www: expected a path inside the app, as in 'dir/file'"},
      {R"("www": "")", "app.json:2:8: /www: expected a path inside the app, as in 'dir/file'"},
      {R"("log": {"level": "loud"})",
       "app.json:2:18: /log/level: expected trace, debug, info, warn or error"},
      {R"("log": {"file": "x"})", "app.json:2:9: /log/file: unknown member; known here: level"},
      {R"("log": "debug")", "app.json:2:8: /log: expected an object, found a string"},
      {R"("permissions": ["shutdown", "sockets"])",
       "app.json:2:29: /permissions/1: expected a permission: cron, shutdown, outbound:host, "
       "outbound:host:port, tcp:host, tcp:host:port, udp:host, udp:host:port, ipfs, topic:name, "
       "dht, evict or validate"},
      {R"("permissions": ["outbound:*"])",
       "app.json:2:17: /permissions/0: expected a permission: cron, shutdown, outbound:host, "
       "outbound:host:port, tcp:host, tcp:host:port, udp:host, udp:host:port, ipfs, topic:name, "
       "dht, evict or validate"},
      {R"("permissions": ["outbound:bücher.example"])",
       "app.json:2:17: /permissions/0: expected a permission: cron, shutdown, outbound:host, "
       "outbound:host:port, tcp:host, tcp:host:port, udp:host, udp:host:port, ipfs, topic:name, "
       "dht, evict or validate; the "
       "name of a host in other letters is written as clients ask for it, in punycode, as in "
       "xn--bcher-kva.example for bücher.example"},
      {R"("build": "")", "app.json:2:10: /build: expected a command of the shell, as in \"make\""},
      {R"("hostnames": ["localhost"])",
       "app.json:2:15: /hostnames/0: expected a name as in board.example.com, in lower case"},
      {R"("hostnames": ["bücher.example"])",
       "app.json:2:15: /hostnames/0: expected a name as in board.example.com, in lower case; the "
       "name of a host in other letters is written as clients ask for it, in punycode, as in "
       "xn--bcher-kva.example for bücher.example"},
      {R"("hostnames": ["a.example", "a.example"])",
       "app.json:2:28: /hostnames/1: the name stands twice"},
      {R"("permissions": ["shutdown", "shutdown"])",
       "app.json:2:29: /permissions/1: the permission stands twice"},
      {R"("limits": {"memory_mib": 129})",
       "app.json:2:26: /limits/memory_mib: expected an integer from 1 to 128, found 129"},
      {R"("limits": {"cpu_ms": 5001})",
       "app.json:2:22: /limits/cpu_ms: expected an integer from 1 to 5000, found 5001"},
      {R"("limits": {"wall_ms": 0})",
       "app.json:2:23: /limits/wall_ms: expected an integer from 1 to 30000, found 0"},
      {R"("limits": {"memory": 1})",
       "app.json:2:12: /limits/memory: unknown member; known here: memory_mib, cpu_ms, wall_ms, "
       "calls"},
      {R"("limits": {"calls": 1001})",
       "app.json:2:21: /limits/calls: expected an integer from 1 to 1000, found 1001"},
      {R"("name": "b")", "app.json:2:1: 'name' stands twice in the object"},
  };
  for (const auto& c : cases) EXPECT_EQ(error_with(c.members), c.error);
}

std::string error_of(std::string text) {
  const auto manifest = parse(std::move(text));
  return manifest ? "none" : manifest.error().message();
}

TEST(Manifest, SaysWhatIsMissing) {
  EXPECT_EQ(error_of("{}"), "app.json:1:1: 'name' is missing");
  EXPECT_EQ(error_of(R"({"name": "a"})"), "app.json:1:1: 'version' is missing");
  EXPECT_EQ(error_of(R"({"name": "a", "version": "1.0.0"})"), "app.json:1:1: 'modules' is missing");
  EXPECT_EQ(error_of("[]"), "app.json:1:1: expected an object, found an array");
}

TEST(Manifest, HasANameThatIsAHost) {
  for (const std::string name : {"", "Board", "-a", "a_b", "a.b", "ä", "a\\n"}) {
    EXPECT_EQ(error_of(concat(R"({"name": ")", name, R"(", "version": "1.0.0", "modules": []})")),
              "app.json:1:10: /name: expected 1 to 63 characters a-z, 0-9 and '-', not beginning "
              "with '-'");
  }
  const std::string longest(63, 'a');
  EXPECT_EQ(error_of(concat(R"({"name": ")", longest, R"("})")),
            "app.json:1:1: 'version' is missing");
}

TEST(Manifest, HasASemanticVersion) {
  for (const std::string version :
       {"1", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "v1.0.0", "1.0.0.0"}) {
    EXPECT_EQ(error_of(concat(R"({"name": "a", "version": ")", version, R"("})")),
              "app.json:1:26: /version: expected a version as in 1.0.0 or 1.0.0-rc.1");
  }
}

std::string error_with_modules(std::string_view modules) {
  return error_of(concat(R"({"name": "a", "version": "0.0.0", "modules":)", "\n[", modules, "]}"));
}

TEST(Manifest, SaysWhichModuleIsWrong) {
  const struct {
    const char* modules;
    const char* error;
  } cases[] = {
      {R"({})", "app.json:2:2: /modules/0: 'component' is missing"},
      {R"("api.wasm")", "app.json:2:2: /modules/0: expected an object, found a string"},
      {R"({"component": "../x.wasm"})",
       "app.json:2:16: /modules/0/component: expected a path inside the app, as in 'dir/file'"},
      {R"({"component": "a\u0000b"})",
       "app.json:2:16: /modules/0/component: expected a path inside the app, as in 'dir/file'"},
      {R"({"component": "my api.wasm"})",
       "app.json:2:2: /modules/0: 'id' is missing: the file's name is not 1 to 63 letters, digits, "
       "'_', '.' and '-'"},
      {R"({"component": "a.wasm", "id": "a b"})",
       "app.json:2:32: /modules/0/id: expected 1 to 63 letters, digits, '_', '.' and '-'"},
      {R"({"component": "a.wasm"}, {"component": "b/a.wasm"})",
       "app.json:2:27: /modules/1: a module before this one is 'a' too"},
      {R"({"component": "a.wasm"}, {"component": "b.wasm", "id": "a"})",
       "app.json:2:57: /modules/1/id: a module before this one is 'a' too"},
      {R"({"component": "a.wasm", "config": 7})",
       "app.json:2:36: /modules/0/config: expected an object, found a number"},
      {R"({"component": "a.wasm", "auth": true})",
       "app.json:2:26: /modules/0/auth: unknown member; known here: id, component, config, "
       "settings_schema, share"},
  };
  for (const auto& c : cases) EXPECT_EQ(error_with_modules(c.modules), c.error);
}

TEST(Manifest, GetsTheEnginesLimitsWhereItAsksForNone) {
  const runtime::CallLimits allowed{.memory = std::size_t{8} << 20, .cpu = 2s, .wall = 3s};
  const auto manifest = parse_manifest(
      R"({"name": "a", "version": "0.0.0", "modules": [], "limits": {"cpu_ms": 2000}})", "app.json",
      allowed);
  ASSERT_TRUE(manifest) << manifest.error().message();
  EXPECT_EQ(manifest->limits.memory, allowed.memory);
  EXPECT_EQ(manifest->limits.cpu, 2s);
  EXPECT_EQ(manifest->limits.wall, 3s);
}

}  // namespace
}  // namespace hermes::package
