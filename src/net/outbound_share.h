#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace hermes::net {

/// What an app has under way, over all reactors.
struct OutboundUsage {
  std::atomic<std::size_t> requests = 0;
  std::atomic<std::size_t> bytes = 0;
};

/// A request's part of it, given back with the object.
class OutboundShare {
 public:
  /// Null if the app has `most` requests already.
  static std::shared_ptr<OutboundShare> take(std::shared_ptr<OutboundUsage> usage,
                                             std::size_t most) {
    if (usage->requests.fetch_add(1) < most) {
      return std::shared_ptr<OutboundShare>(new OutboundShare(std::move(usage)));
    }
    usage->requests.fetch_sub(1);
    return nullptr;
  }
  OutboundShare(const OutboundShare&) = delete;
  ~OutboundShare() {
    usage_->requests.fetch_sub(1);
    usage_->bytes.fetch_sub(bytes_);
  }

  /// Whether all bytes of the app are `most` at most, with so many more.
  bool add(std::size_t bytes, std::size_t most) {
    bytes_ += bytes;
    return usage_->bytes.fetch_add(bytes) + bytes <= most;
  }

 private:
  explicit OutboundShare(std::shared_ptr<OutboundUsage> usage) : usage_(std::move(usage)) {}

  const std::shared_ptr<OutboundUsage> usage_;
  std::size_t bytes_ = 0;  // Of one thread at a time.
};

}  // namespace hermes::net
