#pragma once

// What somebody has written on the page of one engine, as all engines have it:
//
//   {"moment":1767225600000000,"name":"Ada","text":"Hello"}
//   {"moment":1767225600000001,"name":"Ada","text":"","file":"map.png","cid":"Qm…","size":7}
//
// It is known by its author, the peer id of that engine, and by its moment. The author is not in
// it: who signed the message, whom the engine has checked, is it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shared_board {

inline constexpr size_t kMaxFileName = 100;               // Characters.
inline constexpr uint64_t kMaxFile = uint64_t{8} << 20U;  // Bytes; a request has no more, either.

struct File {
  std::string name;
  std::string cid;
  uint64_t size;
};

struct Post {
  std::string author;
  uint64_t moment;  // Microseconds since 1970; an author has no two of one moment.
  std::string name;
  std::string text;  // May be empty where there is a file.
  std::optional<File> file;
};

/// What others get.
std::string message_of(const Post& post);

/// nullopt for what the app would not have sent.
std::optional<Post> read_message(std::string_view author, std::string_view message);

/// What the page gets. `here` says that it was written on a page of this engine.
std::string item_of(const Post& post, bool here);

}  // namespace shared_board
