// The events of the shared board: its API, messages of other engines, and the schedule.

#include <charconv>

#include "board/answers.h"
#include "board/draft.h"
#include "board/json.h"
#include "board/utf8.h"
#include "files.h"
#include "hermes.h"
#include "hermes/cron.h"
#include "hermes/cxx/http.h"
#include "hermes/log.h"
#include "percent.h"
#include "post.h"
#include "posts.h"
#include "topics.h"

namespace shared_board {
namespace {

using board::refusal;
using hermes::http::Response;

constexpr std::string_view kFiles = "/api/files/";
constexpr uint64_t kClocksDiffer = 5 * 60 * kSecond;  // By no more.

uint64_t now() {
  wasi_clocks_wall_clock_datetime_t time;
  wasi_clocks_wall_clock_now(&time);
  return time.seconds * kSecond + time.nanoseconds / 1000;
}

void tidy(Posts& posts) {
  const auto own = own_peer();
  for (const auto& post : posts.tidy(now())) {
    if (post.file && post.author == own) give_up_file(*post.file);
  }
}

Response list_posts() {
  Posts posts;
  const auto own = own_peer();
  std::string list;
  for (const auto& post : posts.list()) {
    if (!list.empty()) list += ',';
    list += item_of(post, post.author == own);
  }
  return board::json(200, "{\"peer\":" + board::quoted(own) + ",\"messages\":[" + list + "]}");
}

Response write(Post post) {
  Posts posts;
  posts.write(post, now());
  tidy(posts);
  publish(post);
  return board::json(201, item_of(post, /*here=*/true));
}

Response post_message(std::string_view body, std::string_view content_type) {
  const auto draft = board::read_draft(body, content_type);
  if (const auto* refused = std::get_if<Response>(&draft)) return *refused;
  const auto& [name, text] = std::get<board::Draft>(draft);
  return write({own_peer(), 0, name, text, std::nullopt});
}

// "/api/files?by=Ada&name=map.png"
Response post_file(std::string_view path, std::string_view body, std::string_view content_type) {
  // Nothing that a form of another site could send.
  if (content_type != "application/octet-stream") {
    return refusal(415, "A file is posted as application/octet-stream.");
  }
  if (body.size() > kMaxFile) return refusal(413, "A file has 8 MiB at most.");
  const auto by = query_value(path, "by");
  const auto name = query_value(path, "name");
  if (!by || !board::says_something(*by, board::kMaxName)) {
    return refusal(400, "The name has 1 to 40 characters.");
  }
  if (!name || !board::says_something(*name, kMaxFileName)) {
    return refusal(400, "The name of the file has 1 to 100 characters.");
  }
  const auto cid = add_file(body);
  if (!cid) return refusal(507, "There is no room for the file.");
  return write({own_peer(), 0, *by, "", File{*name, *cid, body.size()}});
}

// "12D3KooW…/1767225600000001", as in the id of its post.
Response open_file(std::string_view id) {
  const auto author = id.substr(0, id.find('/'));
  const auto digits = id.substr(std::min(author.size() + 1, id.size()));
  uint64_t moment = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), moment);
  const auto post = Posts().find(author, moment);
  if (!post || !post->file) return refusal(404, "No message has this file.");
  return file_response(*post->file);
}

Response respond(std::string_view method, std::string_view target, std::string_view path,
                 std::string_view body, std::string_view content_type) {
  if (path == "/api/messages") {
    if (method == "GET") return list_posts();
    if (method == "POST") return post_message(body, content_type);
    return refusal(405, "Messages are read or posted.");
  }
  if (path == "/api/files") {
    if (method == "POST") return post_file(target, body, content_type);
    return refusal(405, "Files are posted.");
  }
  if (path.starts_with(kFiles)) {
    if (method == "GET") return open_file(path.substr(kFiles.size()));
    return refusal(405, "A file is read.");
  }
  return refusal(404, "There is nothing of that name.");
}

// False for what no board would say.
bool hear(std::string_view topic, std::string_view author, std::string_view message) {
  if (topic == kNewcomers) {
    if (message != kHello) return false;
    tell_soon();
    return true;
  }
  const auto post = read_message(author, message);
  if (!post) return false;
  const auto time = now();
  // Not wrong, if clocks differ; but it would be the newest for as long as it says.
  if (post->moment > time + kClocksDiffer || post->moment + kDay < time) return true;
  Posts posts;
  posts.keep(*post);
  tidy(posts);
  return true;
}

}  // namespace
}  // namespace shared_board

bool exports_hermes_init_event_init() {
  shared_board::Posts().create();
  if (shared_board::join()) return hermes_cron_every("*/10 * * * *", "tidy");
  hermes_log(HERMES_LOGGING_API_LEVEL_ERROR,
             "a shared board needs an engine with a node: run it without --no-p2p");
  return false;
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool) {
  shared_board::Posts posts;
  shared_board::tidy(posts);
  // Who was out of reach for a while has missed something.
  if (hermes::view(event->tag) == "tidy") shared_board::say_hello();
  shared_board::on_time(hermes::view(event->tag), posts);
  return true;
}

bool exports_hermes_ipfs_event_on_topic(exports_hermes_ipfs_event_pubsub_message_t* message) {
  if (!message->publisher.is_some) return false;
  const std::string_view data(reinterpret_cast<const char*>(message->message.ptr),
                              message->message.len);
  return shared_board::hear(hermes::view(message->topic), hermes::view(message->publisher.val),
                            data);
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  const auto type = hermes::http::header(*headers, "content-type");
  return hermes::http::answer(
      answer, shared_board::respond(hermes::view(*method), hermes::view(*path),
                                    hermes::http::path_of(*path), hermes::view(*body), type));
}
