#pragma once

#include <atomic>
#include <memory>

namespace hermes::wasm {

/// The functions of `hermes_waker` in the C header. Only for waker.cc and the static library.
struct WakerHead {
  void (*wake)(const WakerHead*);
  void (*retain)(const WakerHead*);
  void (*release)(const WakerHead*);
};

/// Called from any thread once a call that waited can go on. Owned by a shared_ptr; the static
/// library keeps it alive for as long as it may wake.
class Waker : public WakerHead, public std::enable_shared_from_this<Waker> {
 public:
  Waker();
  Waker(const Waker&) = delete;
  virtual ~Waker() = default;

  virtual void wake() noexcept = 0;

 private:
  void retain();
  void release();

  std::atomic<int> holders_{0};  // In the static library.
  std::shared_ptr<Waker> self_;  // While there are any.
};

}  // namespace hermes::wasm
