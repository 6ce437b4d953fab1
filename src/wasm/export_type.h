#pragma once

// What the engine knows of an export that events call, whatever its C++ type:
// kExportType<OnCron> is made from the generated struct OnCron.

#include <any>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "wasm/binary.h"
#include "wasm/words.h"

namespace hermes::wasm {

/// The number by which the static library knows an export; -1 if it knows none of that name.
std::ptrdiff_t export_number(std::string_view handler);

struct ExportType {
  std::string_view handler;  // "hermes:cron/event#on-cron"
  std::ptrdiff_t (*number)();

  /// Of the payload, in the binary form (binary.h).
  std::size_t (*size)(const std::any& arguments);

  /// The arguments as words, which point into them. Throws CodecError.
  void (*write)(const std::any& arguments, Writer& to);

  /// What the export returned, as the Value of Result<Reply>.
  std::any (*read_reply)(Reader& from);

  /// The stable binary form and back; null for an event that carries resources, which lives in
  /// memory only.
  std::string (*encode)(const std::any& arguments);
  Result<std::any> (*decode)(std::string_view bytes);
};

template <typename Arguments>
inline constexpr ExportType kExportType{
    .handler = Arguments::kHandler,
    .number =
        [] {
          static const auto kNumber = export_number(Arguments::kHandler);
          return kNumber;
        },
    .size =
        [](const std::any& arguments) {
          return binary_size(*std::any_cast<Arguments>(&arguments));
        },
    .write = [](const std::any& arguments,
                Writer& to) { Words<Arguments>::write(to, *std::any_cast<Arguments>(&arguments)); },
    .read_reply = []([[maybe_unused]] Reader& from) -> std::any {
      if constexpr (std::is_void_v<typename Arguments::Reply>) {
        return std::monostate();
      } else {
        return Words<typename Arguments::Reply>::read(from);
      }
    },
    .encode =
        [] {
          std::string (*encode)(const std::any&) = nullptr;
          if constexpr (Arguments::kDurable) {
            encode = [](const std::any& arguments) {
              return binary_encode(*std::any_cast<Arguments>(&arguments));
            };
          }
          return encode;
        }(),
    .decode =
        [] {
          Result<std::any> (*decode)(std::string_view) = nullptr;
          if constexpr (Arguments::kDurable) {
            decode = [](std::string_view bytes) -> Result<std::any> {
              return std::any(TRY(binary_decode<Arguments>(bytes)));
            };
          }
          return decode;
        }(),
};

}  // namespace hermes::wasm
