#include "cli/settings.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <type_traits>

#include "base/strings.h"

namespace hermes::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::int64_t kManyMebibytes = 16 << 20;
constexpr std::int64_t kMany = 1'000'000'000;
constexpr std::int64_t kDay = 86'400'000;  // In milliseconds.
constexpr std::int64_t kPort = std::numeric_limits<std::uint16_t>::max();

// A setting that is stored as it is.
template <auto member>
constexpr Setting::Integer number(std::int64_t min, std::int64_t max) {
  return {min, max, [](Settings& settings, std::int64_t value) {
            auto& target = member(settings);
            target = static_cast<std::remove_reference_t<decltype(target)>>(value);
          }};
}

template <auto member>
constexpr Setting::Integer time(std::int64_t min, std::int64_t max) {
  return {min, max,
          [](Settings& settings, std::int64_t value) { member(settings) = milliseconds(value); }};
}

template <auto member>
constexpr Setting::Integer mebibytes(std::int64_t min, std::int64_t max) {
  return {min, max, [](Settings& settings, std::int64_t value) {
            member(settings) = static_cast<std::size_t>(value * kMebibyte);
          }};
}

constexpr bool kLive = true;

#define MEMBER(path) [](Settings& settings) -> auto& { return settings.path; }

bool set_home(Settings& settings, std::string_view path) {
  settings.engine.home = path;
  return !path.empty();
}

bool set_code_cache(Settings& settings, std::string_view path) {
  settings.engine.code = path;
  return !path.empty();
}

bool set_format(Settings& settings, std::string_view name) {
  settings.log.format = name == "json" ? log::Format::Json : log::Format::Text;
  return name == "json" || name == "text";
}

bool set_level(Settings& settings, std::string_view name) {
  const auto level = log::parse_level(name);
  settings.log.minimum = level.value_or(log::Level::Info);
  return level.has_value();
}

bool set_address(Settings& settings, std::string_view address) {
  settings.http.address = address;
  return !address.empty();
}

bool set_default_app(Settings& settings, std::string_view app) {
  settings.http.default_app = app;
  return !app.empty();
}

bool set_trusted_proxies(Settings& settings, std::string_view networks) {
  settings.http.trusted_proxies = networks;
  return true;
}

bool set_access_log(Settings& settings, std::string_view where) {
  settings.http.access_log = where;
  return where == "off" || where == "log" || where.starts_with('/');
}

bool set_name_servers(Settings& settings, std::string_view servers) {
  settings.outbound.name_servers = servers;
  return !servers.empty();
}

bool set_ca_file(Settings& settings, std::string_view file) {
  settings.outbound.ca_file = file;
  return !file.empty();
}

// Of addresses with a comma between them.
std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> list;
  for (const auto one : split(text, ',')) {
    if (const auto address = trim(one); !address.empty()) list.emplace_back(address);
  }
  return list;
}

bool are_addresses(const std::vector<std::string>& list) {
  return std::ranges::all_of(list, [](const auto& address) { return address.starts_with('/'); });
}

bool set_p2p_listen(Settings& settings, std::string_view addresses) {
  settings.p2p.node.listen = list_of(addresses);
  return are_addresses(settings.p2p.node.listen);
}

bool set_p2p_bootstrap(Settings& settings, std::string_view addresses) {
  settings.p2p.bootstrap = list_of(addresses);
  return are_addresses(*settings.p2p.bootstrap);
}

bool set_network_key(Settings& settings, std::string_view file) {
  settings.p2p.network_key = file;
  return !file.empty();
}

const Setting kSettings[] = {
    {"engine", "home", "home", "directory of caches and data [~/.local/share/hermes]",
     Setting::Text{"a directory", set_home}},
    {"engine", "code_cache", "code-cache", "directory of compiled code [compiled/ in the home]",
     Setting::Text{"a directory", set_code_cache}},
    {"engine", "workers", "workers", "threads that run apps; 0: one for each core [0]",
     number<MEMBER(engine.workers)>(0, 1'024)},
    {"engine", "grace_ms", "grace-ms", "for what runs when the engine stops [10000]",
     time<MEMBER(engine.grace)>(0, kDay), kLive},
    {"engine", "calls", "", "calls at once, of all apps [4000]",
     number<MEMBER(engine.calls)>(1, 1'000'000)},
    {"engine", "spare_threads", "", "that drive workers on while calls block [64]",
     number<MEMBER(engine.spare_limits.all)>(0, 10'000)},
    {"engine", "pooling", "", "memory of calls is reserved at the start [true]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.engine.wasm.pooling = on; }}},
    {"engine", "allow_root", "allow-root", "run apps even as root [false]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.allow_root = on; }}},

    {"log", "format", "log-format", "text or json [text]",
     Setting::Text{"text or json", set_format}},
    {"log", "level", "log-level", "of the engine's records: trace … error [info]",
     Setting::Text{"trace, debug, info, warn or error", set_level}, kLive},

    {"http", "address", "address", "where HTTP is served [127.0.0.1]",
     Setting::Text{"an address", set_address}},
    {"http", "port", "port", "0: any that is free [run: 7878, playground: 0]",
     number<MEMBER(http.port)>(0, kPort)},
    {"http", "body_bytes", "", "of a request", number<MEMBER(http.body_bytes)>(0, kMany)},
    {"http", "response_bytes", "", "of a response", number<MEMBER(http.response_bytes)>(0, kMany)},
    {"http", "header_bytes", "", "of all headers of a request",
     number<MEMBER(http.header_bytes)>(256, kMebibyte)},
    {"http", "header_count", "", "of a request", number<MEMBER(http.header_count)>(1, 10'000)},
    {"http", "header_timeout_ms", "", "until the headers are there",
     time<MEMBER(http.header_timeout)>(1, kDay)},
    {"http", "body_timeout_ms", "", "until the body is there",
     time<MEMBER(http.body_timeout)>(1, kDay)},
    {"http", "idle_timeout_ms", "", "between requests", time<MEMBER(http.idle_timeout)>(1, kDay)},
    {"http", "connections", "", "at once", number<MEMBER(http.connections)>(1, 1'000'000)},
    {"http", "default_app", "", "that answers where the host names none [what a manifest says]",
     Setting::Text{"the name or the id of an app", set_default_app}},
    {"http", "trusted_proxies", "", "whose word on who the client is counts [none]",
     Setting::Text{"networks, as in 10.0.0.0/8, ::1", set_trusted_proxies}},
    {"http", "app_rate", "", "requests per second of an app; 0: any number [0]",
     number<MEMBER(http.app_rate)>(0, kMany)},
    {"http", "client_rate", "", "requests per second of a client's address; 0: any number [0]",
     number<MEMBER(http.client_rate)>(0, kMany)},
    {"http", "access_log", "access-log", "off, log (the engine's) or a file [off]",
     Setting::Text{"off, log or an absolute path", set_access_log}},
    {"http", "connections_per_client", "", "at once, of one address",
     number<MEMBER(http.connections_per_client)>(1, 1'000'000)},
    {"http", "tls_port", "tls-port", "for TLS, with [[http.certificates]]; 0: any that is free [0]",
     number<MEMBER(http.tls_port)>(0, kPort)},

    {"outbound", "name_servers", "", "that are asked for the addresses of hosts [the machine's]",
     Setting::Text{"addresses, as in 10.0.0.1,10.0.0.2:5353", set_name_servers}},
    {"outbound", "ca_file", "", "certificates that are trusted too",
     Setting::Text{"a file", set_ca_file}},
    {"outbound", "requests", "", "of an app at once",
     number<MEMBER(outbound.requests)>(1, 1'000'000)},
    {"outbound", "request_bytes", "", "of a request",
     number<MEMBER(outbound.request_bytes)>(1, kMany)},
    {"outbound", "response_bytes", "", "of a response's body",
     number<MEMBER(outbound.response_bytes)>(1, kMany)},
    {"outbound", "app_bytes", "", "of all that an app has under way",
     number<MEMBER(outbound.app_bytes)>(1, 1'000 * kMany)},
    {"outbound", "stream_bytes", "", "of a body that streams, either way",
     number<MEMBER(outbound.stream_bytes)>(1, 1'000'000 * kMany)},
    {"outbound", "kept_connections", "", "of each worker, for the next request",
     number<MEMBER(outbound.kept)>(0, 1'000'000)},
    {"outbound", "app_kept_connections", "", "of one app at each worker",
     number<MEMBER(outbound.app_kept)>(0, 1'000'000)},
    {"outbound", "connect_timeout_ms", "", "until there is a connection",
     time<MEMBER(outbound.connect_timeout)>(1, kDay)},
    {"outbound", "response_timeout_ms", "", "until the response is there",
     time<MEMBER(outbound.response_timeout)>(1, kDay)},

    {"p2p", "storage_mib", "", "of all blocks on the disk",
     mebibytes<MEMBER(blocks.most_bytes)>(1, kManyMebibytes)},
    {"p2p", "check_each_read", "", "a block against its name; else at the first read [false]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.blocks.check_each_read = on; }}},
    {"p2p", "off", "no-p2p", "no node of libp2p [run, dev: false; playground, test: true]",
     Setting::Boolean{[](Settings& settings, bool off) { settings.p2p_off = off; }}},
    {"p2p", "listen", "p2p-listen", "where the node listens for peers [all addresses, port 7879]",
     Setting::Text{"addresses, as in /ip4/0.0.0.0/tcp/7879,/ip6/::/udp/7879/quic-v1",
                   set_p2p_listen}},
    {"p2p", "bootstrap", "p2p-bootstrap", "peers that lead to others; empty: none [of IPFS]",
     Setting::Text{"addresses, as in /dns4/example.org/tcp/7879/p2p/12D3KooW…", set_p2p_bootstrap}},
    {"p2p", "network_key", "", "of a private network [none: the public one]",
     Setting::Text{"a file", set_network_key}},
    {"p2p", "mdns", "", "finds nodes of the local network by multicast [false]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.p2p.node.mdns = on; }}},
    {"p2p", "hole_punching", "", "reached through relays where nothing else leads in [true]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.p2p.node.hole_punching = on; }}},
    {"p2p", "relay", "", "relays for others, within limits [false]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.p2p.node.relay = on; }}},
    {"p2p", "one_host", "", "many nodes at one address are nothing bad [false]",
     Setting::Boolean{[](Settings& settings, bool on) { settings.p2p.node.one_host = on; }}},
    {"p2p", "connections", "", "with peers, at once",
     number<MEMBER(p2p.node.connections)>(1, 100'000)},
    {"p2p", "memory_mib", "", "of the process, above which no peer is connected; 0: any [0]",
     mebibytes<MEMBER(p2p.node.memory)>(0, kManyMebibytes)},

    {"limits", "memory_mib", "", "of a call",
     mebibytes<MEMBER(engine.call_limits.memory)>(1, 4'096)},
    {"limits", "app_memory_mib", "", "of all calls of an app",
     mebibytes<MEMBER(engine.memory_limits.app)>(1, kManyMebibytes)},
    {"limits", "engine_memory_mib", "", "of all calls; 0: half of the machine",
     mebibytes<MEMBER(engine.memory_limits.engine)>(0, kManyMebibytes)},
    {"limits", "host_memory_mib", "", "that a call hands to a host function",
     mebibytes<MEMBER(engine.call_limits.host_memory)>(1, 4'096), kLive},
    {"limits", "resources", "", "of a call", number<MEMBER(engine.call_limits.resources)>(1, kMany),
     kLive},
    {"limits", "cpu_ms", "", "of a call", time<MEMBER(engine.call_limits.cpu)>(1, kDay), kLive},
    {"limits", "wall_ms", "", "of a call", time<MEMBER(engine.call_limits.wall)>(1, kDay), kLive},
    {"limits", "app_calls", "", "calls of an app at once",
     number<MEMBER(engine.call_limits.calls)>(1, kMany), kLive},
    {"limits", "component_mib", "", "of a component's file",
     mebibytes<MEMBER(engine.compiler.limits.component)>(1, 4'096)},
    {"limits", "compile_ms", "", "to compile a component",
     time<MEMBER(engine.compiler.limits.time)>(1, kDay)},
    {"limits", "compile_mib", "", "of the process that does it",
     mebibytes<MEMBER(engine.compiler.limits.memory)>(1, kManyMebibytes)},
    {"limits", "events", "", "that wait", number<MEMBER(engine.queue_limits.events)>(1, kMany)},
    {"limits", "event_bytes", "", "that wait",
     number<MEMBER(engine.queue_limits.bytes)>(1, 1'000 * kMany)},
    {"limits", "app_events", "", "of one app that wait",
     number<MEMBER(engine.queue_limits.events_per_app)>(1, kMany)},
    {"limits", "app_event_bytes", "", "of one app that wait",
     number<MEMBER(engine.queue_limits.bytes_per_app)>(1, 1'000 * kMany)},
    {"limits", "reserved_events", "", "of one app that wait, whatever others have waiting",
     number<MEMBER(engine.queue_limits.reserved_events)>(0, kMany)},
    {"limits", "reserved_event_bytes", "", "of one app that wait, whatever others have waiting",
     number<MEMBER(engine.queue_limits.reserved_bytes)>(0, kMany)},
    {"limits", "app_spare_threads", "", "of engine.spare_threads, for one app",
     number<MEMBER(engine.spare_limits.app)>(0, 10'000)},
    {"limits", "log_records", "", "of an app, each second",
     number<MEMBER(log_limits.records_per_second)>(1, kMany)},
    {"limits", "log_record_bytes", "", "of all texts of a record",
     number<MEMBER(log_limits.bytes_per_record)>(1, kMany)},
    {"limits", "cron_entries", "", "of an app", number<MEMBER(cron.entries_per_app)>(0, kMany)},
    {"limits", "ipfs_pins_mib", "", "of content that an app pins",
     mebibytes<MEMBER(ipfs.pin_bytes)>(0, kManyMebibytes)},
    {"limits", "ipfs_pins", "", "of an app", number<MEMBER(ipfs.pins)>(0, kMany)},
    {"limits", "ipfs_file_mib", "", "of a file that an app adds or reads at once",
     mebibytes<MEMBER(ipfs.file_bytes)>(1, 4'096)},
    {"limits", "ipfs_topics", "", "to which an app listens", number<MEMBER(ipfs.topics)>(0, 1'000)},
    {"limits", "ipfs_message_bytes", "", "of a message that an app publishes",
     number<MEMBER(ipfs.message_bytes)>(1, 1'000'000)},
    {"limits", "ipfs_messages", "", "that wait for an app",
     number<MEMBER(ipfs.messages)>(1, kMany)},
    {"limits", "ipfs_records", "", "that an app publishes",
     number<MEMBER(ipfs.records)>(0, 10'000)},
    {"limits", "ipfs_record_mib", "", "of all records that an app publishes",
     mebibytes<MEMBER(ipfs.record_bytes)>(0, 1'024)},
    {"limits", "ipfs_provided", "", "keys that an app provides",
     number<MEMBER(ipfs.provided)>(0, 100'000)},
    {"limits", "ipfs_peers", "", "that an app has evicted",
     number<MEMBER(ipfs.evicted)>(0, 100'000)},
    {"limits", "kv_mib", "", "of an app's keys and values",
     mebibytes<MEMBER(kv_store.app_bytes)>(0, kManyMebibytes)},
    {"limits", "kv_value_bytes", "", "of one value",
     number<MEMBER(kv_store.value_bytes)>(1, kMany)},
    {"limits", "sqlite_mib", "", "of an app's database",
     mebibytes<MEMBER(sqlite.database_bytes)>(1, kManyMebibytes)},
    {"limits", "sqlite_memory_mib", "", "of all databases that an app's calls have open",
     mebibytes<MEMBER(sqlite.memory_bytes)>(1, kManyMebibytes)},
    {"limits", "sqlite_value_bytes", "", "of a value, of a row",
     number<MEMBER(sqlite.value_bytes)>(1'000, kMany)},
    {"limits", "sqlite_connections", "", "that an app's calls have open",
     number<MEMBER(sqlite.connections)>(1, kMany)},
    {"limits", "var_mib", "", "of what an app's guests keep in /var",
     mebibytes<MEMBER(wasi.data_bytes)>(0, kManyMebibytes)},
    {"limits", "tmp_mib", "", "of a call in /tmp",
     mebibytes<MEMBER(wasi.tmp_bytes)>(0, kManyMebibytes)},
};

#undef MEMBER

std::string show(const SettingValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  return concat("'", std::get<std::string>(value), "'");
}

std::string expected(const Setting& setting) {
  if (const auto* number = std::get_if<Setting::Integer>(&setting.kind)) {
    return concat("an integer from ", number->min, " to ", number->max);
  }
  if (const auto* text = std::get_if<Setting::Text>(&setting.kind)) {
    return std::string(text->expected);
  }
  return "true or false";
}

bool try_set(Settings& settings, const Setting& setting, const SettingValue& value) {
  if (const auto* kind = std::get_if<Setting::Integer>(&setting.kind)) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number || *number < kind->min || *number > kind->max) return false;
    kind->set(settings, *number);
    return true;
  }
  if (const auto* kind = std::get_if<Setting::Boolean>(&setting.kind)) {
    const auto* boolean = std::get_if<bool>(&value);
    if (boolean) kind->set(settings, *boolean);
    return boolean;
  }
  const auto* text = std::get_if<std::string>(&value);
  return text && std::get<Setting::Text>(setting.kind).set(settings, *text);
}

// What the text is, for a setting of that kind; itself if it is not that.
SettingValue read(const Setting& setting, std::string_view text) {
  if (std::holds_alternative<Setting::Integer>(setting.kind)) {
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && rest == end) return number;
  }
  if (std::holds_alternative<Setting::Boolean>(setting.kind)) {
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
  }
  return std::string(text);
}

std::string_view value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : found->second;
}

}  // namespace

std::string Setting::variable() const {
  std::string name = concat("HERMES_", flag);
  for (char& c : name) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
  }
  return name;
}

std::string Setting::name() const {
  return concat(table, ".", key);
}

std::span<const Setting> all_settings() {
  return kSettings;
}

Result<> set(Settings& settings, const Setting& setting, const SettingValue& value) {
  if (try_set(settings, setting, value)) {
    settings.given[&setting] = value;
    return {};
  }
  return Error(Code::InvalidArgument,
               concat("expected ", expected(setting), ", found ", show(value)));
}

Result<> set_from_text(Settings& settings, const Setting& setting, std::string_view text) {
  return set(settings, setting, read(setting, text));
}

Result<> set_from_environment(Settings& settings, const Environment& environment) {
  for (const auto& setting : all_settings()) {
    const auto name = setting.variable();
    const auto value = value_of(environment, name);
    // An empty variable is how a shell unsets one for a single command.
    if (setting.flag.empty() || value.empty()) continue;
    TRY(set_from_text(settings, setting, value).context(name));
  }
  return {};
}

Result<> complete(Settings& settings, const Environment& environment) {
  settings.engine.compiler.program = "/proc/self/exe";
  settings.p2p.node.agent = "hermes/" HERMES_VERSION;
  if (!settings.engine.home.empty()) return {};
  const std::filesystem::path data = value_of(environment, "XDG_DATA_HOME");
  const std::filesystem::path home = value_of(environment, "HOME");
  if (data.is_absolute()) {
    settings.engine.home = data / "hermes";
  } else if (home.is_absolute()) {
    settings.engine.home = home / ".local/share/hermes";
  } else {
    return Error(Code::InvalidArgument, "where is the home directory? Give --home DIR");
  }
  return {};
}

}  // namespace hermes::cli
