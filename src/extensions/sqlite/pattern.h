#pragma once

#include <functional>
#include <optional>
#include <string_view>

namespace hermes::sqlite {

// Patterns as SQLite has them, in time that is at most the product of the lengths, during which
// `must_end` is asked again and again. Nullopt once it says so.

/// `%` is any text, `_` a character; letters of ASCII are alike in both cases. What follows the
/// character `escape`, which may be empty, is itself.
std::optional<bool> like(std::string_view text, std::string_view pattern, std::string_view escape,
                         const std::function<bool()>& must_end);

/// `*` is any text, `?` a character, `[a-z]` one of those, `[^a-z]` any other. `escape` is empty.
std::optional<bool> glob(std::string_view text, std::string_view pattern, std::string_view escape,
                         const std::function<bool()>& must_end);

}  // namespace hermes::sqlite
