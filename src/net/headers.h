#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hermes::net {

/// One line of a header. The views live as long as its Headers, unchanged.
struct Header {
  std::string_view name;
  std::string_view value;
};

/// The header of a request or a response, in its order. All text is in one piece of memory.
class Headers {
 public:
  class Iterator {
   public:
    Iterator(const Headers& headers, std::size_t index) : headers_(&headers), index_(index) {}
    Header operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };

  void add(std::string_view name, std::string_view value);

  /// The first value of that name, whose case does not matter.
  std::optional<std::string_view> find(std::string_view name) const;

  Header operator[](std::size_t index) const;
  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  std::size_t bytes() const { return text_.size(); }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  struct Place {
    std::size_t begin;
    std::size_t name_size;
    std::size_t value_size;
  };

  std::string text_;
  std::vector<Place> places_;
};

/// Whether it is a token of RFC 9110, as names of methods and headers are.
bool is_token(std::string_view text);

/// Whether it may stand behind a header's name: no control character but the tab.
bool is_header_value(std::string_view text);

}  // namespace hermes::net
