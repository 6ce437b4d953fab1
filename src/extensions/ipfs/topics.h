#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "extensions/ipfs/deliveries.h"
#include "extensions/ipfs/publisher.h"
#include "extensions/ipfs/question.h"

namespace hermes::ipfs {

/// Which topics apps listen to: in the network, on the disk and after a restart. Thread-safe.
class Topics {
 public:
  Topics(const Parts& parts, const Evictions& evictions)
      : parts_(parts),
        inboxes_(parts),
        deliveries_(parts, inboxes_, listeners_, evictions),
        publisher_(parts, deliveries_) {}

  Result<> start();

  /// It listens to what it listened to before, as far as it may. Also for a generation that takes
  /// over.
  Result<> app_started(const std::shared_ptr<const Rights>& rights);
  void app_stopped(const runtime::AppId& app);

  void subscribe(std::shared_ptr<const Rights> rights, Topic topic,
                 std::shared_ptr<Question<bool>> question);
  void unsubscribe(std::shared_ptr<const Rights> rights, Topic topic,
                   std::shared_ptr<Question<bool>> question);
  Publisher& publisher() { return publisher_; }

  /// Hears nothing more.
  void quiesce();
  void stop();

 private:
  void listen(const std::shared_ptr<const Rights>& rights, Topic topic,
              UniqueFunction<void(Result<>)> then);
  void leave(const runtime::AppId& app, std::string_view wire, UniqueFunction<void(Result<>)> then);
  void subscribe_now(const std::shared_ptr<const Rights>& rights, const Topic& topic,
                     const std::shared_ptr<Question<bool>>& question);
  void unsubscribe_now(const Rights& rights, const Topic& topic,
                       const std::shared_ptr<Question<bool>>& question);

  const Parts& parts_;
  std::mutex changing_;  // Who listens changes here and in the node in one order.
  bool is_quiet_ = false;
  Listeners listeners_;
  Inboxes inboxes_;
  Deliveries deliveries_;
  Publisher publisher_;
};

}  // namespace hermes::ipfs
