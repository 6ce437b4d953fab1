#pragma once

#include <utility>

namespace hermes::runtime {

/// First in, first out. What it holds is linked through its member `next`, a `Pointer` too, and so
/// is in one such queue at a time.
template <typename Pointer>
class Fifo {
 public:
  Fifo() = default;
  Fifo(Fifo&& other) noexcept
      : first_(std::move(other.first_)), last_(std::exchange(other.last_, nullptr)) {}
  Fifo& operator=(Fifo&&) = delete;
  ~Fifo() {
    while (pop()) {
    }
  }

  bool empty() const { return first_ == nullptr; }
  const auto* first() const { return first_.get(); }  // Null if there is none.

  void push(Pointer added) {
    auto* const last = added.get();
    (last_ ? last_->next : first_) = std::move(added);
    last_ = last;
  }

  void push_front(Pointer added) {
    if (!first_) return push(std::move(added));
    added->next = std::move(first_);
    first_ = std::move(added);
  }

  /// Null if there is none.
  Pointer pop() {
    auto popped = std::move(first_);
    if (!popped) return nullptr;
    first_ = std::move(popped->next);
    if (!first_) last_ = nullptr;
    return popped;
  }

  /// Takes out those that `is_one`; the order stays.
  Fifo take_if(auto is_one) {
    Fifo taken;
    Fifo kept;
    while (auto popped = pop()) (is_one(*popped) ? taken : kept).push(std::move(popped));
    first_ = std::move(kept.first_);
    last_ = std::exchange(kept.last_, nullptr);
    return taken;
  }

 private:
  Pointer first_;
  Pointer::element_type* last_ = nullptr;
};

}  // namespace hermes::runtime
