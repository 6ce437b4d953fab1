#include "cli/config_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace hermes::cli {
namespace {

using namespace std::chrono_literals;

std::string error_of(std::string_view text) {
  Settings settings;
  const auto done = set_from_toml(settings, text, "hermes.toml");
  return done ? "none" : done.error().message();
}

TEST(ConfigFile, SetsEverything) {
  Settings settings;
  const auto done = set_from_toml(settings, R"(
[engine]
home = "/srv/hermes"
workers = 4
grace_ms = 2500
code_cache = "/var/cache/hermes"
calls = 10
spare_threads = 11
pooling = false
allow_root = true
[log]
format = "json"
level = "debug"
[http]
address = "0.0.0.0"
port = 80
body_bytes = 1
response_bytes = 2
header_bytes = 300
header_count = 4
header_timeout_ms = 5
body_timeout_ms = 6
idle_timeout_ms = 7
connections = 8
default_app = "board"
trusted_proxies = "10.0.0.0/8"
app_rate = 9
client_rate = 10
access_log = "log"
connections_per_client = 11
tls_port = 443
[outbound]
name_servers = "10.0.0.1"
ca_file = "/etc/ca.pem"
requests = 7
request_bytes = 8
response_bytes = 9
app_bytes = 10
stream_bytes = 15
kept_connections = 13
app_kept_connections = 14
connect_timeout_ms = 11
response_timeout_ms = 12
[p2p]
storage_mib = 75
check_each_read = true
off = true
listen = "/ip4/127.0.0.1/tcp/0, /ip6/::1/tcp/0"
bootstrap = ""
network_key = "/swarm.key"
mdns = true
hole_punching = false
relay = true
one_host = true
connections = 76
memory_mib = 77
[limits]
memory_mib = 64
app_memory_mib = 65
engine_memory_mib = 66
host_memory_mib = 67
resources = 68
component_mib = 69
compile_ms = 70
compile_mib = 71
reserved_events = 72
reserved_event_bytes = 73
app_spare_threads = 74
cpu_ms = 1000
wall_ms = 2000
app_calls = 20
events = 50
event_bytes = 60
app_events = 5
app_event_bytes = 6
log_records = 7
log_record_bytes = 8
cron_entries = 100000
kv_mib = 9
kv_value_bytes = 10
sqlite_mib = 11
sqlite_memory_mib = 12
sqlite_value_bytes = 1300
sqlite_connections = 14
ipfs_pins_mib = 17
ipfs_pins = 18
ipfs_file_mib = 19
ipfs_topics = 21
ipfs_message_bytes = 22
ipfs_messages = 23
ipfs_records = 24
ipfs_record_mib = 25
ipfs_provided = 26
ipfs_peers = 27
var_mib = 15
tmp_mib = 16
)",
                                  "hermes.toml");
  ASSERT_TRUE(done) << done.error().message();
  for (const auto& setting : all_settings()) {
    EXPECT_TRUE(settings.given.contains(&setting)) << setting.name() << " is missing above";
  }
  EXPECT_EQ(settings.engine.home, "/srv/hermes");
  EXPECT_EQ(settings.engine.code, "/var/cache/hermes");
  EXPECT_EQ(settings.engine.workers, 4U);
  EXPECT_EQ(settings.engine.grace, 2500ms);
  EXPECT_EQ(settings.engine.calls, 10U);
  EXPECT_EQ(settings.engine.spare_limits.all, 11U);
  EXPECT_TRUE(settings.allow_root);
  EXPECT_FALSE(settings.engine.wasm.pooling);
  EXPECT_EQ(settings.log.format, log::Format::Json);
  EXPECT_EQ(settings.log.minimum, log::Level::Debug);
  EXPECT_EQ(settings.http.address, "0.0.0.0");
  EXPECT_EQ(settings.http.port, 80);
  EXPECT_EQ(settings.http.body_bytes, 1U);
  EXPECT_EQ(settings.http.response_bytes, 2U);
  EXPECT_EQ(settings.http.header_bytes, 300U);
  EXPECT_EQ(settings.http.header_count, 4U);
  EXPECT_EQ(settings.http.header_timeout, 5ms);
  EXPECT_EQ(settings.http.body_timeout, 6ms);
  EXPECT_EQ(settings.http.idle_timeout, 7ms);
  EXPECT_EQ(settings.http.connections, 8U);
  EXPECT_EQ(settings.http.default_app, "board");
  EXPECT_EQ(settings.http.trusted_proxies, "10.0.0.0/8");
  EXPECT_EQ(settings.http.app_rate, 9U);
  EXPECT_EQ(settings.http.client_rate, 10U);
  EXPECT_EQ(settings.http.access_log, "log");
  EXPECT_EQ(settings.http.connections_per_client, 11U);
  EXPECT_EQ(settings.http.tls_port, 443);
  EXPECT_EQ(settings.outbound.name_servers, "10.0.0.1");
  EXPECT_EQ(settings.outbound.ca_file, "/etc/ca.pem");
  EXPECT_EQ(settings.outbound.requests, 7U);
  EXPECT_EQ(settings.outbound.request_bytes, 8U);
  EXPECT_EQ(settings.outbound.response_bytes, 9U);
  EXPECT_EQ(settings.outbound.app_bytes, 10U);
  EXPECT_EQ(settings.outbound.stream_bytes, 15U);
  EXPECT_EQ(settings.outbound.kept, 13U);
  EXPECT_EQ(settings.outbound.app_kept, 14U);
  EXPECT_EQ(settings.outbound.connect_timeout, 11ms);
  EXPECT_EQ(settings.outbound.response_timeout, 12ms);
  EXPECT_EQ(settings.blocks.most_bytes, std::size_t{75} << 20);
  EXPECT_TRUE(settings.blocks.check_each_read);
  EXPECT_TRUE(settings.p2p_off);
  EXPECT_EQ(settings.p2p.node.listen,
            (std::vector<std::string>{"/ip4/127.0.0.1/tcp/0", "/ip6/::1/tcp/0"}));
  EXPECT_EQ(settings.p2p.bootstrap, std::vector<std::string>());
  EXPECT_EQ(settings.p2p.network_key, "/swarm.key");
  EXPECT_TRUE(settings.p2p.node.mdns);
  EXPECT_FALSE(settings.p2p.node.hole_punching);
  EXPECT_TRUE(settings.p2p.node.relay);
  EXPECT_TRUE(settings.p2p.node.one_host);
  EXPECT_EQ(settings.p2p.node.connections, 76);
  EXPECT_EQ(settings.p2p.node.memory, std::uint64_t{77} << 20);
  EXPECT_EQ(settings.engine.call_limits.memory, std::size_t{64} << 20);
  EXPECT_EQ(settings.engine.memory_limits.app, std::size_t{65} << 20);
  EXPECT_EQ(settings.engine.memory_limits.engine, std::size_t{66} << 20);
  EXPECT_EQ(settings.engine.call_limits.host_memory, std::size_t{67} << 20);
  EXPECT_EQ(settings.engine.call_limits.resources, 68U);
  EXPECT_EQ(settings.engine.compiler.limits.component, std::size_t{69} << 20);
  EXPECT_EQ(settings.engine.compiler.limits.time, 70ms);
  EXPECT_EQ(settings.engine.compiler.limits.memory, std::size_t{71} << 20);
  EXPECT_EQ(settings.engine.queue_limits.reserved_events, 72U);
  EXPECT_EQ(settings.engine.queue_limits.reserved_bytes, 73U);
  EXPECT_EQ(settings.engine.spare_limits.app, 74U);
  EXPECT_EQ(settings.engine.call_limits.cpu, 1s);
  EXPECT_EQ(settings.engine.call_limits.wall, 2s);
  EXPECT_EQ(settings.engine.call_limits.calls, 20U);
  EXPECT_EQ(settings.engine.queue_limits.events, 50U);
  EXPECT_EQ(settings.engine.queue_limits.bytes, 60U);
  EXPECT_EQ(settings.engine.queue_limits.events_per_app, 5U);
  EXPECT_EQ(settings.engine.queue_limits.bytes_per_app, 6U);
  EXPECT_EQ(settings.log_limits.records_per_second, 7U);
  EXPECT_EQ(settings.log_limits.bytes_per_record, 8U);
  EXPECT_EQ(settings.cron.entries_per_app, 100'000U);
  EXPECT_EQ(settings.kv_store.app_bytes, std::size_t{9} << 20);
  EXPECT_EQ(settings.kv_store.value_bytes, 10U);
  EXPECT_EQ(settings.wasi.data_bytes, std::size_t{15} << 20);
  EXPECT_EQ(settings.wasi.tmp_bytes, std::size_t{16} << 20);
  EXPECT_EQ(settings.sqlite.database_bytes, std::size_t{11} << 20);
  EXPECT_EQ(settings.sqlite.memory_bytes, std::size_t{12} << 20);
  EXPECT_EQ(settings.sqlite.value_bytes, 1'300U);
  EXPECT_EQ(settings.sqlite.connections, 14);
}

TEST(ConfigFile, GrantsToApps) {
  Settings settings;
  const auto done = set_from_toml(settings, R"(
[apps."local:board"]
permissions = ["cron", "outbound:a.example:443"]
hostnames = ["board.example.com"]
memory_mib = 3
cpu_ms = 4
wall_ms = 5
calls = 6
sqlite_bytes = 4096
keys_bytes = 8
files_bytes = 9
weight = 10
[apps."other@91ab"]
)",
                                  "hermes.toml");
  ASSERT_TRUE(done) << done.error().message();
  ASSERT_EQ(settings.grants.size(), 2U);
  const package::Grants board = {
      .permissions = {{"cron", "outbound:a.example:443"}},
      .hostnames = {{"board.example.com"}},
      .memory = std::size_t{3} << 20U,
      .cpu = 4ms,
      .wall = 5ms,
      .calls = 6,
      .storage = {.sqlite = 4'096, .keys = 8, .files = 9},
      .weight = 10,
  };
  EXPECT_EQ(settings.grants.at("local:board"), board);
  EXPECT_EQ(settings.grants.at("other@91ab"), package::Grants());
}

TEST(ConfigFile, SaysWhereItIsWrong) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"[http]\nprot = 80",
       "hermes.toml:2:1: unknown key 'http.prot'; known here: address, port, body_bytes, "
       "response_bytes, header_bytes, header_count, header_timeout_ms, body_timeout_ms, "
       "idle_timeout_ms, connections, default_app, trusted_proxies, app_rate, client_rate, "
       "access_log, connections_per_client, tls_port, certificates"},
      {"[htpp]\nport = 80",
       "hermes.toml:1:2: unknown key 'htpp'; known here: [engine], [log], [http], "
       "[outbound], [p2p], [limits], [secrets], [apps]"},
      {"port = 80",
       "hermes.toml:1:1: unknown key 'port'; known here: [engine], [log], [http], "
       "[outbound], [p2p], [limits], [secrets], [apps]"},
      {"http = 80", "hermes.toml:1:8: 'http' is a table"},
      {"[http]\n  port = 70000",
       "hermes.toml:2:10: http.port: expected an integer from 0 to 65535, found 70000"},
      {"[http]\nport = \"80\"",
       "hermes.toml:2:8: http.port: expected an integer from 0 to 65535, found '80'"},
      {"[http]\ncertificates = \"a.pem\"",
       "hermes.toml:2:16: expected tables, as in [[http.certificates]]"},
      {"[[http.certificates]]\ncertificate = \"a.pem\"",
       "hermes.toml:1:1: a certificate has two files: 'certificate' and 'key'"},
      {"[[http.certificates]]\ncertificat = \"a.pem\"",
       "hermes.toml:2:1: unknown key 'http.certificates.certificat'; known here: certificate, key"},
      {"[[http.certificates]]\nkey = 1", "hermes.toml:2:7: expected the path of a file"},
      {"[engine]\npooling = 1",
       "hermes.toml:2:11: engine.pooling: expected true or false, found 1"},
      {"[apps]\nboard = 1", "hermes.toml:2:9: expected a table, as in [apps.\"local:board\"]"},
      {"[apps.\"local:board\"]\nmemory = 1",
       "hermes.toml:2:1: unknown key 'memory' of an app; known here: permissions, hostnames, "
       "settings, memory_mib, cpu_ms, wall_ms, calls, sqlite_bytes, keys_bytes, files_bytes, "
       "weight"},
      {"[apps.\"local:board\"]\nsettings = 1",
       "hermes.toml:2:12: expected a table for each module, as in "
       "[apps.\"local:board\".settings.api]"},
      {"[apps.\"local:board\".settings]\napi = 1",
       "hermes.toml:2:7: expected a table, as in [apps.\"local:board\".settings.api]"},
      {"[apps.\"local:board\".settings.api]\ndays = inf",
       "hermes.toml:2:8: there is no such number in JSON"},
      {"[apps.\"local:board\".settings.api]\ndays = [1, 2026-01-01]",
       "hermes.toml:2:12: there are no dates in JSON: write a text"},
      {"[apps.\"local:board\"]\nmemory_mib = 0",
       "hermes.toml:2:14: memory_mib: expected an integer from 1 to 4096"},
      {"[apps.\"local:board\"]\npermissions = \"cron\"", "hermes.toml:2:15: expected an array"},
      {"[apps.\"local:board\"]\npermissions = [\"cron\", \"all\"]",
       "hermes.toml:2:24: expected a permission: cron, shutdown, outbound:host, "
       "outbound:host:port, tcp:host, tcp:host:port, udp:host, udp:host:port, ipfs, topic:name, "
       "dht, evict or validate"},
      {"[apps.\"local:board\"]\nhostnames = [\"localhost\"]",
       "hermes.toml:2:14: expected a name as in board.example.com, in lower case"},
      {"[apps.\"local:board\"]\nhostnames = [\"bücher.example\"]",
       "hermes.toml:2:14: expected a name as in board.example.com, in lower case; the "
       "name of a host in other letters is written as clients ask for it, in punycode, as in "
       "xn--bcher-kva.example for bücher.example"},
      {"[log]\nlevel = \"loud\"",
       "hermes.toml:2:9: log.level: expected trace, debug, info, warn or error, found 'loud'"},
  };
  for (const auto& c : cases) EXPECT_EQ(error_of(c.text), c.error);
  EXPECT_TRUE(error_of("[http\n").starts_with("hermes.toml:1:6: ")) << error_of("[http\n");
  EXPECT_TRUE(error_of("[log]\nlevel = 'info'\nlevel = 'warn'").starts_with("hermes.toml:3:"));
}

TEST(ConfigFile, ReadsCertificates) {
  Settings settings;
  ASSERT_TRUE(set_from_toml(settings,
                            "[http]\ntls_port = 443\n"
                            "[[http.certificates]]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"
                            "[[http.certificates]]\ncertificate = \"b.pem\"\nkey = \"b.key\"\n",
                            "hermes.toml"));
  EXPECT_EQ(settings.http.tls_port, 443);
  const std::vector<net::CertificateFiles> both{{"a.pem", "a.key"}, {"b.pem", "b.key"}};
  EXPECT_EQ(settings.http.certificates, both);
}

}  // namespace
}  // namespace hermes::cli
