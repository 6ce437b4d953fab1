#include "posts.h"

namespace shared_board {
namespace {

constexpr std::string_view kTable = R"(
  CREATE TABLE IF NOT EXISTS posts (
    author TEXT NOT NULL, moment INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
    file TEXT NOT NULL, cid TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (author, moment)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_moment ON posts (moment))";

constexpr std::string_view kWrite = R"(
  INSERT INTO posts (author, moment, name, text, file, cid, size)
  VALUES (?1, max(?2, ifnull((SELECT max(moment) + 1 FROM posts WHERE author = ?1), 0)),
    ?3, ?4, ?5, ?6, ?7)
  RETURNING moment)";

constexpr std::string_view kKeep = R"(
  INSERT OR IGNORE INTO posts (author, moment, name, text, file, cid, size)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))";

constexpr std::string_view kTidy = R"(
  DELETE FROM posts WHERE moment < ?1 OR (author, moment) NOT IN
    (SELECT author, moment FROM posts ORDER BY moment DESC, author DESC LIMIT ?2)
  RETURNING author, moment, name, text, file, cid, size)";

constexpr std::string_view kSelect =
    "SELECT author, moment, name, text, file, cid, size FROM posts ";

void bind(Statement& statement, const Post& post, uint64_t moment) {
  const File file = post.file.value_or(File{});
  statement.bind(1, post.author).bind(2, moment).bind(3, post.name).bind(4, post.text);
  statement.bind(5, file.name).bind(6, file.cid).bind(7, file.size);
}

Post post_of(const Statement& row) {
  Post post{row.text(0), row.number(1), row.text(2), row.text(3), std::nullopt};
  File file{row.text(4), row.text(5), row.number(6)};
  if (!file.cid.empty()) post.file = std::move(file);
  return post;
}

std::vector<Post> posts_of(Statement& statement) {
  std::vector<Post> posts;
  while (statement.step()) posts.push_back(post_of(statement));
  return posts;
}

}  // namespace

void Posts::create() {
  database_.execute(kTable);
}

void Posts::write(Post& post, uint64_t now) {
  auto insert = database_.prepare(kWrite);
  bind(insert, post, now);
  if (insert.step()) post.moment = insert.number(0);
  insert.step();  // To the end, where it is written.
}

void Posts::keep(const Post& post) {
  auto insert = database_.prepare(kKeep);
  bind(insert, post, post.moment);
  insert.step();
}

std::vector<Post> Posts::list(std::string_view author) {
  auto select =
      database_.prepare(std::string(kSelect) + "WHERE ?1 IN ('', author) ORDER BY moment, author");
  select.bind(1, author);
  return posts_of(select);
}

std::optional<Post> Posts::find(std::string_view author, uint64_t moment) {
  auto select = database_.prepare(std::string(kSelect) + "WHERE author = ?1 AND moment = ?2");
  select.bind(1, author).bind(2, moment);
  return select.step() ? std::optional(post_of(select)) : std::nullopt;
}

std::vector<Post> Posts::tidy(uint64_t now) {
  auto remove = database_.prepare(kTidy);
  remove.bind(1, now - kDay).bind(2, kKeptPosts);
  return posts_of(remove);
}

}  // namespace shared_board
