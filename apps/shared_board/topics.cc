#include "topics.h"

#include <algorithm>
#include <charconv>

#include "hermes.h"
#include "hermes/cron.h"
#include "hermes/cxx/text.h"

namespace shared_board {
namespace {

constexpr uint64_t kNanosecondsOfSecond = 1'000'000'000;
constexpr uint64_t kLongestWait = 60;  // Seconds.

// Tags of the schedule. Behind a "hello " stands how many seconds were waited for it.
constexpr std::string_view kHelloAfter = "hello ";
constexpr std::string_view kTell = "tell";

bool is_scheduled(std::string_view tag) {
  hermes_cron_api_list_tuple2_cron_tagged_bool_t entries;
  hermes_cron_api_ls(/*maybe_tag=*/nullptr, &entries);
  bool found = false;
  for (size_t i = 0; i < entries.len; ++i) {
    found = found || hermes::view(entries.ptr[i].f0.tag).starts_with(tag);
  }
  return found;
}

void say_hello_after(uint64_t seconds) {
  if (is_scheduled(kHelloAfter)) return;
  const std::string tag = std::string(kHelloAfter) + std::to_string(seconds);
  hermes_cron_after(seconds * kNanosecondsOfSecond, tag.c_str());
}

// False where nobody listens.
bool say(std::string_view topic, std::string_view message) {
  hermes_string_t name = hermes::borrow(topic);
  hermes_string_t bytes = hermes::borrow(message);
  hermes_ipfs_api_message_data_t data = {bytes.ptr, bytes.len};
  hermes_ipfs_api_errno_t error;
  return hermes_ipfs_api_pubsub_publish(&name, &data, &error);
}

void tell(Posts& posts) {
  for (const auto& post : posts.list(own_peer())) {
    if (!say(kPosts, message_of(post))) return say_hello();
  }
}

bool listen(std::string_view topic) {
  hermes_string_t name = hermes::borrow(topic);
  bool listens;
  hermes_ipfs_api_errno_t error;
  return hermes_ipfs_api_pubsub_subscribe(&name, &listens, &error);
}

}  // namespace

std::string own_peer() {
  hermes_ipfs_api_peer_id_t peer;
  hermes_ipfs_api_errno_t error;
  return hermes_ipfs_api_get_peer_id(&peer, &error) ? std::string(hermes::view(peer)) : "";
}

bool join() {
  if (!listen(kPosts) || !listen(kNewcomers)) return false;
  say_hello();
  return true;
}

void say_hello() {
  say_hello_after(1);
}

void publish(const Post& post) {
  if (!say(kPosts, message_of(post))) say_hello();
}

void tell_soon() {
  if (!is_scheduled(kTell)) hermes_cron_after(kNanosecondsOfSecond, kTell.data());
}

void on_time(std::string_view tag, Posts& posts) {
  if (tag == kTell) return tell(posts);
  if (!tag.starts_with(kHelloAfter)) return;
  uint64_t waited = 0;
  tag.remove_prefix(kHelloAfter.size());
  std::from_chars(tag.data(), tag.data() + tag.size(), waited);
  if (say(kNewcomers, kHello)) return tell(posts);
  say_hello_after(std::clamp<uint64_t>(waited * 2, 1, kLongestWait));
}

}  // namespace shared_board
