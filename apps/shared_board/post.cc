#include "post.h"

#include <algorithm>

#include "board/draft.h"
#include "board/json.h"
#include "board/utf8.h"

namespace shared_board {
namespace {

using board::quoted;

constexpr size_t kMaxCid = 100;
constexpr uint64_t kMicrosecondsOfSecond = 1'000'000;

// What messages and items have in common.
std::string members_of(const Post& post) {
  std::string members = "\"name\":" + quoted(post.name) + ",\"text\":" + quoted(post.text);
  if (post.file) {
    members += ",\"file\":" + quoted(post.file->name) + ",\"cid\":" + quoted(post.file->cid) +
               ",\"size\":" + std::to_string(post.file->size);
  }
  return members;
}

bool is_cid(std::string_view text) {
  const auto is_of_cid = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && text.size() <= kMaxCid && std::ranges::all_of(text, is_of_cid);
}

std::optional<File> read_file(const board::Json& json) {
  const auto* name = board::text_of(json, "file");
  const auto* cid = board::text_of(json, "cid");
  const auto size = board::number_of(json, "size");
  if (!name || !board::says_something(*name, kMaxFileName)) return std::nullopt;
  if (!cid || !is_cid(*cid) || !size || *size > kMaxFile) return std::nullopt;
  return File{*name, *cid, *size};
}

}  // namespace

std::string message_of(const Post& post) {
  return "{\"moment\":" + std::to_string(post.moment) + "," + members_of(post) + "}";
}

std::optional<Post> read_message(std::string_view author, std::string_view message) {
  const auto json = board::read_json(message);
  if (!json) return std::nullopt;
  const auto moment = board::number_of(*json, "moment");
  const auto* name = board::text_of(*json, "name");
  const auto* text = board::text_of(*json, "text");
  if (!moment || !name || !text) return std::nullopt;
  if (!board::says_something(*name, board::kMaxName)) return std::nullopt;
  Post post{std::string(author), *moment, *name, *text, read_file(*json)};
  if (json->contains("file") && !post.file) return std::nullopt;
  const bool may_be_silent = post.file && text->empty();
  if (!may_be_silent && !board::says_something(*text, board::kMaxText)) return std::nullopt;
  return post;
}

std::string item_of(const Post& post, bool here) {
  return "{\"id\":" + quoted(post.author + "/" + std::to_string(post.moment)) +
         ",\"time\":" + std::to_string(post.moment / kMicrosecondsOfSecond) + "," +
         members_of(post) + ",\"here\":" + (here ? "true" : "false") + "}";
}

}  // namespace shared_board
