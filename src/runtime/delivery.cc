#include "runtime/delivery.h"

#include "runtime/running_app.h"

namespace hermes::runtime {

Delivery::Delivery(std::shared_ptr<RunningApp> to, Event&& accepted)
    : app(std::move(to)), pending(app->count()), event(std::move(accepted)) {}

Delivery::Pending::~Pending() {
  app_.discount();
}

}  // namespace hermes::runtime
