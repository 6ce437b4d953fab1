#pragma once

// JSON that remembers where it stood, for configuration written by people:
//
//   app.json:12:15: /http/endpoints/0/path: expected a string, found a number
//
// An object with a member that nobody reads is most often a misspelling, so readers name what they
// know with `only`.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace hermes::json {

struct Member;
struct Source;

/// A value and its place in the text. Lives as long as its document, and never changes.
class Value {
 public:
  enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

  Kind kind() const;

  // Each fails with the place and what was found instead.
  Result<bool> boolean() const;
  Result<std::string_view> string() const;
  Result<std::int64_t> integer(std::int64_t min, std::int64_t max) const;
  Result<double> number() const;
  Result<std::span<const Value>> array() const;
  Result<std::span<const Member>> object() const;

  /// The member of that name; null if there is none or this is no object.
  const Value* find(std::string_view name) const;

  /// The same, but to lack it is an error: "'modules' is missing".
  Result<const Value*> require(std::string_view name) const;

  /// Fails on the first member whose name is not in `known`, and for what is no object.
  Result<> only(std::initializer_list<std::string_view> known) const;

  /// `what`, with file, line, column and JSON pointer of this value in front.
  Error error(std::string_view what) const;

  /// The text of this value as it stands in the document.
  std::string_view text() const;

  /// The text of this value without the blanks between its tokens: one line.
  std::string compact() const;

  /// RFC 6901, from the root of the document: "/modules/0/path"; "" for the root.
  std::string pointer() const;

 private:
  friend class Builder;

  Error wrong_kind(std::string_view expected) const;

  std::variant<std::monostate, bool, double, std::int64_t, std::string, std::vector<Value>,
               std::vector<Member>>
      value_;
  const Source* source_ = nullptr;
  const Value* parent_ = nullptr;
  std::string key_;             // Its name or index in the parent.
  std::size_t name_begin_ = 0;  // Of its name, in an object.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

struct Member {
  std::string name;
  Value value;
};

/// A parsed text. Copies share it.
class Document {
 public:
  /// `file` is what messages call it. Fails with line and column for text that is not JSON, with a
  /// member that stands twice in an object, and for nesting deeper than 64.
  static Result<Document> parse(std::string text, std::string file);

  const Value& root() const;

 private:
  friend class Builder;
  struct Tree;
  std::shared_ptr<const Tree> tree_;
};

}  // namespace hermes::json
