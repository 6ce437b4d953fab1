#include "runtime/limit.h"

#include <numeric>

namespace hermes::runtime {
namespace {

struct Description {
  Limit limit;
  std::string_view name;
  std::string_view text;
};

constexpr Description kDescriptions[] = {
    {Limit::AppEvents, "app_events",
     "an event was refused: the queue of the app is full (limits.app_events, "
     "limits.app_event_bytes)"},
    {Limit::Events, "events",
     "an event was refused: the queue of the engine is full (limits.events, limits.event_bytes)"},
    {Limit::SpareThreads, "spare_threads",
     "a host function held its worker up: no spare thread was left (engine.spare_threads, "
     "limits.app_spare_threads)"},
    {Limit::Memory, "memory",
     "a guest got no more memory: the call has what it may (limits.memory_mib)"},
    {Limit::AppMemory, "app_memory",
     "a guest got no more memory: the calls of the app have what they may (limits.app_memory_mib)"},
    {Limit::EngineMemory, "engine_memory",
     "a guest got no more memory: all calls have what they may (limits.engine_memory_mib)"},
    {Limit::CronEntries, "cron_entries",
     "a cron entry was refused: the app has as many as it may (limits.cron_entries)"},
    {Limit::Keys, "keys",
     "a key was not written: the keys and values of the app take what they may (limits.kv_mib)"},
    {Limit::Database, "database",
     "a write to the database was refused: it is full (limits.sqlite_mib)"},
    {Limit::DatabaseMemory, "database_memory",
     "the databases that the app has open take what memory they may (limits.sqlite_memory_mib)"},
    {Limit::DatabaseValue, "database_value",
     "a value of a database is larger than it may be (limits.sqlite_value_bytes)"},
    {Limit::Databases, "databases",
     "a database was not opened: the app has as many open as it may (limits.sqlite_connections)"},
    {Limit::Requests, "requests",
     "a request to another host was refused: the app has as much under way as it may "
     "(outbound.requests, outbound.app_bytes)"},
    {Limit::RequestBytes, "request_bytes",
     "a request to another host is larger than it may be (outbound.request_bytes, "
     "outbound.stream_bytes)"},
    {Limit::ResponseBytes, "response_bytes",
     "a response of another host is larger than it may be (outbound.response_bytes, "
     "outbound.app_bytes, outbound.stream_bytes)"},
    {Limit::Var, "var",
     "a write to /var was refused: the app has there what it may (limits.var_mib)"},
    {Limit::Tmp, "tmp",
     "a write to /tmp was refused: the call has there what it may (limits.tmp_mib)"},
    {Limit::Files, "files",
     "a file was not opened: the calls of the app have as many open as they may"},
    {Limit::Listings, "listings",
     "a directory was not read: the call reads as many at a time as it may"},
    {Limit::HttpStreams, "http_streams",
     "a request of wasi:http was refused: the call has as many under way as it may"},
    {Limit::HttpBody, "http_body",
     "a request was refused: its body is larger than it may be (http.body_bytes)"},
    {Limit::HttpBodies, "http_bodies",
     "a request was refused: as many bodies are under way as may be"},
    {Limit::HttpTime, "http_time",
     "a request was refused: it came too slowly (http.header_timeout_ms, http.body_timeout_ms)"},
    {Limit::HttpRate, "http_rate",
     "a request was refused: there are more of them than may be (http.app_rate, "
     "http.client_rate)"},
    {Limit::HttpResponse, "http_response",
     "a response was refused: it is larger than it may be (http.response_bytes, "
     "http.header_bytes, http.header_count)"},
    {Limit::HttpHeader, "http_header",
     "a request was refused: its headers are larger than they may be (http.header_bytes, "
     "http.header_count)"},
    {Limit::HttpTarget, "http_target",
     "a request was refused: its target is longer than it may be (http.header_bytes)"},
    {Limit::HttpConnections, "http_connections",
     "a connection was refused: there are as many as may be (http.connections, "
     "http.connections_per_client)"},
    {Limit::IpfsFile, "ipfs_file",
     "a file of IPFS was refused: it is larger than an app may add or read at once "
     "(limits.ipfs_file_mib)"},
    {Limit::IpfsPins, "ipfs_pins",
     "content of IPFS was not pinned: the app has pinned what it may (limits.ipfs_pins_mib)"},
    {Limit::IpfsTopics, "ipfs_topics",
     "a topic of IPFS was refused: the app listens to as many as it may (limits.ipfs_topics)"},
    {Limit::IpfsMessages, "ipfs_messages",
     "a message of IPFS is lost: as many wait for the app as may (limits.ipfs_messages)"},
    {Limit::IpfsRecords, "ipfs_records",
     "a record of IPFS was refused: the app publishes what it may (limits.ipfs_records, "
     "limits.ipfs_record_mib)"},
    {Limit::IpfsProvided, "ipfs_provided",
     "a key of IPFS was not announced: the app provides as many as it may "
     "(limits.ipfs_provided)"},
    {Limit::IpfsPeers, "ipfs_peers",
     "a peer of IPFS was not evicted: the app has evicted as many as it may (limits.ipfs_peers)"},
};

constexpr bool has_each_in_order() {
  std::size_t number = 0;
  for (const auto& description : kDescriptions) {
    if (static_cast<std::size_t>(description.limit) != number++) return false;
  }
  return number == kLimits;
}
static_assert(has_each_in_order());

const Description& description(Limit limit) {
  return kDescriptions[static_cast<std::size_t>(limit)];
}

}  // namespace

std::string_view name(Limit limit) {
  return description(limit).name;
}

std::string_view describe(Limit limit) {
  return description(limit).text;
}

std::uint64_t total(const BreachCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace hermes::runtime
