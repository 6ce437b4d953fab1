#pragma once

// The messages, each under a key of its own in the key-value store:
//
//   next         how many there ever were: the id of the next one
//   message/7    {"id":7,"time":1700000000,"name":"Ada","text":"Hello"}
//
// An id is taken with kv-add, so two posts at once never get the same and no post is lost. Only the
// newest are kept.

#include <cstdint>
#include <string>
#include <string_view>

namespace board {

inline constexpr uint64_t kKeptMessages = 100;

/// The message as JSON. `now` in seconds since 1970.
std::string post(std::string_view name, std::string_view text, uint64_t now);

/// A JSON array, oldest first.
std::string list_messages();

/// Deletes the messages from before then, and says how many.
uint64_t delete_before(uint64_t time);

}  // namespace board
