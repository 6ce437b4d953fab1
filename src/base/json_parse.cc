// The parser is RapidJSON's SAX reader: of Debian's JSON libraries it alone says where in the text
// it stands at each token, and it checks the encoding. What it reads becomes a tree of our own.

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/json_source.h"
#include "base/strings.h"
#include "base/utf8.h"

// NOLINTBEGIN(readability-identifier-naming): RapidJSON calls streams and handlers by its own
// names.

namespace hermes::json {
namespace {

constexpr std::size_t kDeepest = 64;

// A text as the reader wants it. Not one of its own streams, because these are copied while a
// number or a string is read, and the original then does not say where its end is.
class Stream {
 public:
  using Ch = char;

  explicit Stream(std::string_view text) : text_(text) {}

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char Take() { return at_ < text_.size() ? text_[at_++] : '\0'; }
  std::size_t Tell() const { return at_; }

  // For readers that write into their text.
  char* PutBegin() { return nullptr; }
  void Put(char) {}
  std::size_t PutEnd(char*) { return 0; }

 private:
  const std::string_view text_;
  std::size_t at_ = 0;
};

// The reader's message as part of a sentence of ours.
std::string reason(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text.ends_with('.')) text.pop_back();
  text[0] = static_cast<char>(text[0] | 0x20);
  return text;
}

}  // namespace

std::string Source::place(std::size_t offset) const {
  const auto before = std::string_view(text).substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto current = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0.
  const auto continues = [](char c) { return (c & 0xC0) == 0x80; };
  const auto column = std::ranges::count_if(current, std::not_fn(continues)) + 1;
  return concat(file, ":", line, ":", column);
}

struct Document::Tree {
  Source source;
  Value root;
};

/// Receives the tokens of one text, in order. A function that returns false ends the reading.
class Builder {
 public:
  explicit Builder(Source source)
      : tree_(std::make_shared<Document::Tree>(Document::Tree{std::move(source), {}})),
        stream_(tree_->source.text) {}

  Result<Document> build() {
    rapidjson::Reader reader;
    const auto parsed = reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream_, *this);
    if (error_) return *std::move(error_);
    if (parsed.IsError()) return fault(parsed.Offset(), reason(parsed.Code()));
    if (stream_.Tell() != tree_->source.text.size()) {
      return fault(stream_.Tell(), "a NUL character stands outside of a string");
    }
    connect(tree_->root);
    Document document;
    document.tree_ = std::move(tree_);
    return document;
  }

  bool Null() { return add(std::monostate()); }
  bool Bool(bool value) { return add(value); }
  bool Int(int value) { return add(std::int64_t{value}); }
  bool Uint(unsigned value) { return add(std::int64_t{value}); }
  bool Int64(std::int64_t value) { return add(value); }
  bool Uint64(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return add(static_cast<std::int64_t>(value));
    return add(static_cast<double>(value));
  }
  bool Double(double value) { return add(value); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }  // Not asked for.
  bool String(const char* text, rapidjson::SizeType size, bool) {
    std::string value(text, size);
    // An escaped half of a surrogate pair, which the reader lets pass.
    if (!is_utf8(value)) return fail(begin(), "the string has half of a surrogate pair");
    return add(std::move(value));
  }

  bool StartObject() { return open(std::vector<Member>()); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    auto& object = open_.back();
    object.name.assign(text, size);
    object.name_begin = begin();
    if (!is_utf8(object.name)) return fail(begin(), "the name has half of a surrogate pair");
    if (!object.names.insert(object.name).second) {
      return fail(begin(), concat("'", object.name, "' stands twice in the object"));
    }
    after_ = stream_.Tell();
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }

  bool StartArray() { return open(std::vector<Value>()); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  /// An array or object whose end is still to come.
  struct Open {
    Value value;
    std::string name = {};  // Of the member that is being read.
    std::size_t name_begin = 0;
    std::unordered_set<std::string> names = {};
  };

  // Where the token begins that has just been read.
  std::size_t begin() const { return tree_->source.text.find_first_not_of(" \t\r\n,:", after_); }

  Value make(auto content) {
    Value value;
    value.value_ = std::move(content);
    value.source_ = &tree_->source;
    value.begin_ = begin();
    value.end_ = after_ = stream_.Tell();
    return value;
  }

  bool add(auto content) { return put(make(std::move(content))); }

  bool open(auto content) {
    if (open_.size() == kDeepest) {
      return fail(begin(), concat("nested deeper than ", kDeepest, " levels"));
    }
    open_.push_back({make(std::move(content))});
    return true;
  }

  bool close() {
    auto value = std::move(open_.back().value);
    value.end_ = after_ = stream_.Tell();
    open_.pop_back();
    return put(std::move(value));
  }

  bool put(Value value) {
    if (open_.empty()) {
      tree_->root = std::move(value);
      return true;
    }
    auto& parent = open_.back();
    if (auto* members = std::get_if<std::vector<Member>>(&parent.value.value_)) {
      value.name_begin_ = parent.name_begin;
      value.key_ = parent.name;
      members->push_back({std::move(parent.name), std::move(value)});
    } else {
      auto& elements = std::get<std::vector<Value>>(parent.value.value_);
      value.key_ = std::to_string(elements.size());
      elements.push_back(std::move(value));
    }
    return true;
  }

  // Values know their parents once these do not move any more.
  static void connect(Value& parent) {
    const auto adopt = [&](Value& child) {
      child.parent_ = &parent;
      connect(child);
    };
    if (auto* members = std::get_if<std::vector<Member>>(&parent.value_)) {
      for (auto& member : *members) adopt(member.value);
    } else if (auto* elements = std::get_if<std::vector<Value>>(&parent.value_)) {
      for (auto& element : *elements) adopt(element);
    }
  }

  Error fault(std::size_t offset, std::string_view what) const {
    return {Code::InvalidArgument, concat(tree_->source.place(offset), ": ", what)};
  }

  bool fail(std::size_t offset, std::string_view what) {
    error_ = fault(offset, what);
    return false;
  }

  std::shared_ptr<Document::Tree> tree_;
  Stream stream_;
  std::vector<Open> open_;
  std::size_t after_ = 0;  // The end of the token before.
  std::optional<Error> error_;
};

Result<Document> Document::parse(std::string text, std::string file) {
  return Builder({std::move(text), std::move(file)}).build();
}

const Value& Document::root() const {
  return tree_->root;
}

}  // namespace hermes::json

// NOLINTEND(readability-identifier-naming)
