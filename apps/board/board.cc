// The events of the board: its API, and the cron that tidies up.

#include "answers.h"
#include "draft.h"
#include "hermes.h"
#include "hermes/cron.h"
#include "hermes/cxx/http.h"
#include "hermes/log.h"
#include "messages.h"

namespace board {
namespace {

using hermes::http::Response;

constexpr uint64_t kDay = 24 * 60 * 60;

uint64_t now() {
  wasi_clocks_wall_clock_datetime_t time;
  wasi_clocks_wall_clock_now(&time);
  return time.seconds;
}

Response post_message(std::string_view body, std::string_view content_type) {
  const auto draft = read_draft(body, content_type);
  if (const auto* refused = std::get_if<Response>(&draft)) return *refused;
  const auto& [name, text] = std::get<Draft>(draft);
  return json(201, post(name, text, now()));
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
