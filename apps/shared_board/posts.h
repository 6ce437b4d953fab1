#pragma once

// The posts that this engine has, its own and those of others, in a table of the app's database.
// The newest are kept, for a day.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "database.h"
#include "post.h"

namespace shared_board {

inline constexpr uint64_t kKeptPosts = 100;
inline constexpr uint64_t kSecond = 1'000'000;  // All times are in microseconds since 1970.
inline constexpr uint64_t kDay = 24 * 60 * 60 * kSecond;

class Posts {
 public:
  /// Makes the table, where there is none yet.
  void create();

  /// A post of this engine, at `now` or the next moment that its author has not used: `post.moment`
  /// is set. Its place among the posts is that of its moment.
  void write(Post& post, uint64_t now);

  /// One of another engine. Once is enough: what is there already stays as it is.
  void keep(const Post& post);

  /// Those of an author, or of all; oldest first.
  std::vector<Post> list(std::string_view author = {});

  std::optional<Post> find(std::string_view author, uint64_t moment);

  /// Takes out what is older than a day, and what is more than is kept.
  std::vector<Post> tidy(uint64_t now);

 private:
  Database database_;
};

}  // namespace shared_board
