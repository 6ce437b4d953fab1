// The events of the board: its API, and the cron that tidies up.

#include "hermes.h"
#include "hermes/cron.h"
#include "hermes/cxx/http.h"
#include "hermes/log.h"
#include "json.h"
#include "messages.h"
#include "utf8.h"

namespace board {
namespace {

using hermes::http::Response;

constexpr size_t kMaxBody = 8192;
constexpr size_t kMaxName = 40;   // Characters.
constexpr size_t kMaxText = 500;  // Characters.
constexpr uint64_t kDay = 24 * 60 * 60;

uint64_t now() {
  wasi_clocks_wall_clock_datetime_t time;
  wasi_clocks_wall_clock_now(&time);
  return time.seconds;
}

Response json(uint16_t code, std::string body) {
  return {code, "application/json", std::move(body)};
}

Response refusal(uint16_t code, std::string_view reason) {
  return json(code, "{\"error\":" + quoted(reason) + "}");
}

bool has_between(const std::string* text, size_t most) {
  if (!text || text->find_first_not_of(" \t\r\n") == std::string::npos) return false;
  const auto count = count_characters(*text);
  return count && *count <= most;
}

Response post_message(std::string_view body, std::string_view content_type) {
  if (!content_type.starts_with("application/json")) {
    return refusal(415, "A message is posted as application/json.");
  }
  if (body.size() > kMaxBody) return refusal(413, "That is too long.");
  const auto message = read_json(body);
  if (!message) return refusal(400, "A message is a JSON object with a name and a text.");
  const std::string* name = text_of(*message, "name");
  const std::string* text = text_of(*message, "text");
  if (!has_between(name, kMaxName)) return refusal(400, "The name has 1 to 40 characters.");
  if (!has_between(text, kMaxText)) return refusal(400, "The text has 1 to 500 characters.");
  return json(201, post(*name, *text, now()));
}

}  // namespace
}  // namespace board

bool exports_hermes_init_event_init() {
  return hermes_cron_every("*/10 * * * *", "tidy");
}

bool exports_hermes_cron_event_on_cron(hermes_cron_api_cron_tagged_t* event, bool) {
  if (hermes::view(event->tag) != "tidy") return true;
  if (const uint64_t count = board::delete_before(board::now() - board::kDay)) {
    const std::string record = "tidied up " + std::to_string(count) + " old messages";
    hermes_log(HERMES_LOGGING_API_LEVEL_INFO, record.c_str());
  }
  return true;
}

bool exports_hermes_http_gateway_event_reply(
    hermes_binary_api_bstr_t* body, hermes_http_gateway_api_headers_t* headers,
    hermes_string_t* path, hermes_string_t* method,
    hermes_http_gateway_api_http_gateway_response_t* answer) {
  if (hermes::http::path_of(*path) != "/api/messages") return false;
  const std::string_view verb = hermes::view(*method);
  if (verb == "GET") {
    return hermes::http::answer(answer,
                                board::json(200, "{\"messages\":" + board::list_messages() + "}"));
  }
  if (verb == "POST") {
    const auto type = hermes::http::header(*headers, "content-type");
    return hermes::http::answer(answer, board::post_message(hermes::view(*body), type));
  }
  return hermes::http::answer(answer, board::refusal(405, "Messages are read or posted."));
}
