#include "runtime/delivery.h"

#include "runtime/running_app.h"

namespace hermes::runtime {

Delivery::Delivery(std::shared_ptr<RunningApp> to, Event accepted)
    : app(std::move(to)), pending(app->count()), event(std::move(accepted)) {}

Delivery::Pending::~Pending() {
  app_.discount();
}

void DeliveryQueue::push(std::unique_ptr<Delivery> delivery) {
  auto* added = delivery.get();
  (last_ ? last_->next : first_) = std::move(delivery);
  last_ = added;
}

void DeliveryQueue::push_front(std::unique_ptr<Delivery> delivery) {
  if (!first_) return push(std::move(delivery));
  delivery->next = std::move(first_);
  first_ = std::move(delivery);
}

std::unique_ptr<Delivery> DeliveryQueue::pop() {
  auto delivery = std::move(first_);
  if (!delivery) return nullptr;
  first_ = std::move(delivery->next);
  if (!first_) last_ = nullptr;
  return delivery;
}

}  // namespace hermes::runtime
