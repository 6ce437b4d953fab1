#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "p2p/cid.h"
#include "sql/database.h"

namespace hermes::p2p {

/// Content that an app keeps, with all below it.
struct Pin {
  std::string app;  // Empty: whoever runs the engine.
  Cid cid;
  std::uint64_t count;  // How often it was pinned, and not unpinned.
  std::uint64_t bytes;  // That its blocks take, as `room_for` (blocks.h) has it.
};

/// What an app may pin.
struct PinLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30U;
  std::uint64_t pins = 100'000;
};

/// What each app has pinned: it outlives the engine. What a function has changed stays, also when
/// power is lost. Thread-safe; several processes may have it open.
class Holdings {
 public:
  static Result<std::unique_ptr<Holdings>> open(const std::filesystem::path& file);

  /// Pins once more. LimitReached where the app would hold more than it may.
  Result<> pin(std::string_view app, const Cid& cid, std::uint64_t bytes, const PinLimits& limits);

  /// Takes one of its pins back; false if it has none.
  Result<bool> unpin(std::string_view app, const Cid& cid);

  /// Of all apps.
  Result<std::vector<Pin>> pins();

  /// All that an app holds.
  Result<> release_all(std::string_view app);

 private:
  explicit Holdings(sql::Database database) : database_(std::move(database)) {}

  Guarded<sql::Database> database_;
};

}  // namespace hermes::p2p
