#include "draft.h"

#include "answers.h"
#include "json.h"
#include "utf8.h"

namespace board {
namespace {

constexpr size_t kMaxBody = 8192;

}  // namespace

std::variant<Draft, hermes::http::Response> read_draft(std::string_view body,
                                                       std::string_view content_type) {
  if (!content_type.starts_with("application/json")) {
    return refusal(415, "A message is posted as application/json.");
  }
  if (body.size() > kMaxBody) return refusal(413, "That is too long.");
  const auto message = read_json(body);
  if (!message) return refusal(400, "A message is a JSON object with a name and a text.");
  const std::string* name = text_of(*message, "name");
  const std::string* text = text_of(*message, "text");
  if (!name || !says_something(*name, kMaxName)) {
    return refusal(400, "The name has 1 to 40 characters.");
  }
  if (!text || !says_something(*text, kMaxText)) {
    return refusal(400, "The text has 1 to 500 characters.");
  }
  return Draft{*name, *text};
}

}  // namespace board
