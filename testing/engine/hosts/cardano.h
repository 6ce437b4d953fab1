#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <variant>

#include "wit/hermes/cardano.h"

namespace hermes::testing {

using CardanoContext = wit::cardano::CallContext;

/// The bytes of a number, the lowest first.
inline wit::cardano::Cbor bytes_of(std::uint64_t number) {
  wit::cardano::Cbor bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  return bytes;
}

class TestTransaction final : public wit::cardano::Transaction {
 public:
  TestTransaction(std::uint64_t slot, std::uint16_t index) : slot_(slot), index_(index) {}

  Result<std::optional<wit::cardano::Cbor>> get_metadata(CardanoContext&,
                                                         std::uint64_t label) override {
    if (label == 0) return std::optional<wit::cardano::Cbor>();
    return std::optional(bytes_of(label));
  }
  Result<std::optional<wit::cardano::TxnHash>> get_txn_hash(CardanoContext&) override {
    return std::optional(wit::cardano::TxnHash(slot_, index_, 3, 4));
  }
  Result<std::optional<wit::cardano::Cbor>> raw(CardanoContext&) override {
    return std::optional<wit::cardano::Cbor>();
  }

 private:
  const std::uint64_t slot_;
  const std::uint16_t index_;
};

class TestBlock final : public wit::cardano::Block {
 public:
  explicit TestBlock(std::uint64_t slot) : slot_(slot) {}

  Result<bool> is_immutable(CardanoContext&) const override { return slot_ % 2 == 1; }
  Result<Expected<bool, wit::cardano::BlockError>> is_rollback(CardanoContext&) const override {
    using Answer = Expected<bool, wit::cardano::BlockError>;
    if (slot_ == 0) return Answer(Unexpected(wit::cardano::BlockError::BlockNotFound));
    return Answer(slot_ % 2 == 1);
  }
  Result<Expected<std::unique_ptr<wit::cardano::Transaction>, wit::cardano::TransactionError>>
  get_txn(CardanoContext&, std::uint16_t index) const override {
    using Answer =
        Expected<std::unique_ptr<wit::cardano::Transaction>, wit::cardano::TransactionError>;
    if (index == 0xffff) return Answer(Unexpected(wit::cardano::TransactionError::TxnNotFound));
    return Answer(std::make_unique<TestTransaction>(slot_, index));
  }
  Result<wit::cardano::Slot> get_slot(CardanoContext&) const override { return slot_; }
  Result<wit::cardano::Cbor> raw(CardanoContext&) const override { return bytes_of(slot_); }
  Result<std::uint64_t> get_fork(CardanoContext&) const override { return ~slot_; }

 private:
  const std::uint64_t slot_;
};

/// A subscription to the testnet of that number.
class TestSubscription final : public wit::cardano::SubscriptionId {
 public:
  explicit TestSubscription(std::uint64_t magic) : magic_(magic) {}

  Result<wit::cardano::CardanoNetwork> get_network(CardanoContext&) const override {
    return wit::cardano::CardanoNetwork(wit::cardano::cardano_network::TestnetMagic{magic_});
  }
  Result<> unsubscribe(CardanoContext&) const override {
    ended_ = true;
    return {};
  }

  bool ended() const { return ended_; }

 private:
  const std::uint64_t magic_;
  mutable std::atomic<bool> ended_{false};
};

class TestNetwork final : public wit::cardano::Network {
 public:
  using Answer = Expected<std::uint32_t, wit::cardano::SubscribeError>;

  explicit TestNetwork(std::uint64_t magic) : magic_(magic) {}

  Result<Answer> subscribe_block(CardanoContext&, wit::cardano::SyncSlot start) override {
    return id_of(start);
  }
  Result<Answer> subscribe_immutable_roll_forward(CardanoContext&,
                                                  wit::cardano::SyncSlot start) override {
    return id_of(start);
  }
  Result<std::optional<std::unique_ptr<wit::cardano::Block>>> get_block(
      CardanoContext&, std::optional<wit::cardano::Slot> start, std::int64_t step) override {
    std::optional<std::unique_ptr<wit::cardano::Block>> block;
    if (start) block = std::make_unique<TestBlock>(*start + static_cast<std::uint64_t>(step));
    return block;
  }
  Result<std::optional<std::tuple<wit::cardano::Slot, wit::cardano::Slot>>> get_tips(
      CardanoContext&) override {
    return std::optional(std::tuple<wit::cardano::Slot, wit::cardano::Slot>(magic_, magic_ + 1));
  }

 private:
  static Answer id_of(const wit::cardano::SyncSlot& start) {
    using namespace wit::cardano::sync_slot;
    if (std::holds_alternative<Genesis>(start)) return 1U;
    if (const auto* specific = std::get_if<Specific>(&start)) {
      return static_cast<std::uint32_t>(specific->value);
    }
    if (std::holds_alternative<ImmutableTip>(start)) return 4U;
    return Unexpected(wit::cardano::SubscribeError::InvalidStartSlot);
  }

  const std::uint64_t magic_;
};

/// hermes:cardano as the shapes guest expects it: testing/guests/shapes/README.md.
class CardanoHost : public wit::cardano::Api {
 public:
  using Answer = Expected<std::unique_ptr<wit::cardano::Network>, wit::cardano::CreateNetworkError>;

  Result<Answer> network_new(CardanoContext&, wit::cardano::CardanoNetwork network) override {
    const auto* testnet = std::get_if<wit::cardano::cardano_network::TestnetMagic>(&network);
    const auto magic = testnet ? testnet->value : 1;
    if (magic == 0) return Answer(Unexpected(wit::cardano::CreateNetworkError::UnknownNetwork));
    return Answer(std::make_unique<TestNetwork>(magic));
  }
};

}  // namespace hermes::testing
