#include "messages.h"

#include "hermes/cxx/kv_store.h"
#include "json.h"

namespace board {
namespace {

constexpr std::string_view kNext = "next";

std::string key_of(uint64_t id) {
  return "message/" + std::to_string(id);
}

/// Calls `visit(id, json)` for every message there is, oldest first.
template <typename Visit>
void for_each_message(Visit visit) {
  const uint64_t next = hermes::kv::number(kNext);
  for (uint64_t id = next > kKeptMessages ? next - kKeptMessages : 0; id < next; ++id) {
    if (const auto json = hermes::kv::json(key_of(id))) visit(id, *json);
  }
}

}  // namespace

std::string post(std::string_view name, std::string_view text, uint64_t now) {
  const uint64_t id = hermes::kv::fetch_add(kNext, 1);
  std::string json = "{\"id\":" + std::to_string(id) + ",\"time\":" + std::to_string(now) +
                     ",\"name\":" + quoted(name) + ",\"text\":" + quoted(text) + "}";
  hermes::kv::set_json(key_of(id), json);
  if (id >= kKeptMessages) hermes::kv::erase(key_of(id - kKeptMessages));
  return json;
}

std::string list_messages() {
  std::string list = "[";
  for_each_message([&](uint64_t, std::string_view json) {
    if (list.size() > 1) list += ',';
    list += json;
  });
  return list + ']';
}

uint64_t delete_before(uint64_t time) {
  uint64_t count = 0;
  for_each_message([&](uint64_t id, std::string_view text) {
    const auto json = read_json(text);
    if (json && number_of(*json, "time").value_or(0) >= time) return;
    hermes::kv::erase(key_of(id));
    ++count;
  });
  return count;
}

}  // namespace board
