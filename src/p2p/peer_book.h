#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"

namespace hermes::p2p {

/// Where peers were reached, those first that were last: to be tried at the next start. A file with
/// an address, "/ip4/…/p2p/…", on each line. Thread-safe.
class PeerBook {
 public:
  static constexpr std::size_t kMost = 32;

  /// With what is in the file, if there is one.
  explicit PeerBook(std::filesystem::path file);

  /// A peer, that of "/p2p/…", was reached there.
  void note(std::string_view address);

  std::vector<std::string> addresses() const;

  /// Knows nobody any more.
  void clear();

  /// Writes the file, and waits for the disk.
  Result<> save() const;

 private:
  const std::filesystem::path file_;
  Guarded<std::deque<std::string>> addresses_;
};

}  // namespace hermes::p2p
