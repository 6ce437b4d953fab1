#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "sql/database.h"

namespace hermes::p2p {

/// What an app names and the node keeps in mind for it.
enum class Tracked : std::uint8_t {
  Topic = 1,  // It listens to it.
  Provided,   // A key that the node provides for it.
  Evicted,    // A peer that it wants nothing of, in binary form.
};

struct TrackedName {
  std::string app;
  std::string name;

  bool operator==(const TrackedName&) const = default;
};

/// A record that an app publishes.
struct TrackedRecord {
  std::string key;
  std::string value;
  std::int64_t sequence;
};

/// What of an author's messages was heard.
struct Heard {
  std::uint64_t highest;  // Of their numbers.
  UtcTime last;           // When the last of them is worth nothing any more.

  bool operator==(const Heard&) const = default;
};

/// How many records an app may publish, and the bytes of their keys and values.
struct RecordLimits {
  std::size_t records;
  std::size_t bytes;
};

/// What the node does for each app, beside its pins: it outlives the engine. What a function has
/// changed stays, also when power is lost. Thread-safe; several processes may have it open.
class AppTracking {
 public:
  static Result<std::unique_ptr<AppTracking>> open(const std::filesystem::path& file);

  /// False if it is there. LimitReached where the app has `most` of that kind.
  Result<bool> add(Tracked kind, std::string_view app, std::string_view name, std::size_t most);

  /// False if it is not there.
  Result<bool> remove(Tracked kind, std::string_view app, std::string_view name);

  Result<std::vector<std::string>> names(Tracked kind, std::string_view app);

  /// Of all apps, by the app and by the name.
  Result<std::vector<TrackedName>> all(Tracked kind);

  /// In place of the app's record of that key, with a higher sequence, `least` at least; returns
  /// which. LimitReached where the app would have more than it may.
  Result<std::int64_t> put_record(std::string_view app, std::string_view key,
                                  std::string_view value, std::int64_t least,
                                  const RecordLimits& limits);

  Result<std::optional<TrackedRecord>> record(std::string_view app, std::string_view key);
  Result<std::vector<std::string>> record_keys(std::string_view app);

  /// Of all apps, by the app and by the key.
  Result<std::vector<TrackedName>> all_record_keys();

  /// By author, as the caller names them, whose numbers only grow; others stay, but for those whose
  /// `last` is before `since`: names cost nothing, and would fill the disk.
  Result<> set_heard(std::string_view app, const std::map<std::string, Heard>& authors,
                     UtcTime since);

  /// Forgets those whose `last` is before `since`, and returns the others.
  Result<std::map<std::string, Heard>> heard(std::string_view app, UtcTime since);

  /// A number that is higher than in all lives before, and at least this.
  Result<std::uint64_t> next_life(std::uint64_t least);

  /// For which something is kept.
  Result<std::vector<std::string>> apps();

  /// All that is kept for an app.
  Result<> release_all(std::string_view app);

 private:
  explicit AppTracking(sql::Database database) : database_(std::move(database)) {}

  Guarded<sql::Database> database_;
};

}  // namespace hermes::p2p
