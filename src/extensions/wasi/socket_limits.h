#pragma once

#include <cstddef>

namespace hermes::wasi {

// Of sockets, for every app the same.
inline constexpr std::size_t kCallSockets = 16;  // That a call has open.
inline constexpr std::size_t kAppSockets = 256;  // That all calls of an app have open.
inline constexpr std::size_t kAppLookUps = 64;   // Of names, that an app has under way.

}  // namespace hermes::wasi
