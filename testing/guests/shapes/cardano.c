// Resources within results and options, a static function that makes one, options of tuples.

#include "shapes/shapes.h"

typedef hermes_cardano_api_own_network_t own_network;
typedef hermes_cardano_api_own_block_t own_block;
typedef hermes_cardano_api_own_transaction_t own_transaction;
typedef hermes_cardano_api_sync_slot_t sync_slot;

static const uint64_t kMagic = 0x0102030405060708;

static bool testnet(uint64_t magic, own_network* network,
                    hermes_cardano_api_create_network_error_t* error) {
  hermes_cardano_api_cardano_network_t which = {HERMES_CARDANO_API_CARDANO_NETWORK_TESTNET_MAGIC,
                                                {.testnet_magic = magic}};
  return hermes_cardano_api_static_network_new(&which, network, error);
}

static bool static_function(void) {
  own_network network;
  hermes_cardano_api_create_network_error_t error;
  hermes_cardano_api_cardano_network_t mainnet = {.tag =
                                                      HERMES_CARDANO_API_CARDANO_NETWORK_MAINNET};
  if (!hermes_cardano_api_static_network_new(&mainnet, &network, &error)) return false;
  hermes_cardano_api_network_drop_own(network);
  return !testnet(0, &network, &error) &&
         error == HERMES_CARDANO_API_CREATE_NETWORK_ERROR_UNKNOWN_NETWORK;
}

static bool option_of_tuple(void) {
  own_network network;
  hermes_cardano_api_create_network_error_t error;
  hermes_cardano_api_tuple2_slot_slot_t tips;
  return testnet(kMagic, &network, &error) &&
         hermes_cardano_api_method_network_get_tips(hermes_cardano_api_borrow_network(network),
                                                    &tips) &&
         tips.f0 == kMagic && tips.f1 == kMagic + 1;
}

static bool variant_and_result(void) {
  own_network network;
  hermes_cardano_api_create_network_error_t refused;
  if (!testnet(kMagic, &network, &refused)) return false;
  const hermes_cardano_api_borrow_network_t borrowed = hermes_cardano_api_borrow_network(network);
  sync_slot genesis = {.tag = HERMES_CARDANO_API_SYNC_SLOT_GENESIS};
  sync_slot specific = {HERMES_CARDANO_API_SYNC_SLOT_SPECIFIC, {.specific = 99}};
  sync_slot tip = {.tag = HERMES_CARDANO_API_SYNC_SLOT_TIP};
  uint32_t id;
  hermes_cardano_api_subscribe_error_t error;
  return hermes_cardano_api_method_network_subscribe_block(borrowed, &genesis, &id, &error) &&
         id == 1 &&
         hermes_cardano_api_method_network_subscribe_immutable_roll_forward(borrowed, &specific,
                                                                            &id, &error) &&
         id == 99 &&
         !hermes_cardano_api_method_network_subscribe_block(borrowed, &tip, &id, &error) &&
         error == HERMES_CARDANO_API_SUBSCRIBE_ERROR_INVALID_START_SLOT;
}

static bool block_at(uint64_t slot, int64_t step, own_block* block) {
  own_network network;
  hermes_cardano_api_create_network_error_t error;
  return testnet(kMagic, &network, &error) &&
         hermes_cardano_api_method_network_get_block(hermes_cardano_api_borrow_network(network),
                                                     &slot, step, block);
}

static bool option_of_resource(void) {
  own_network network;
  hermes_cardano_api_create_network_error_t error;
  own_block none;
  own_block block;
  if (!testnet(kMagic, &network, &error)) return false;
  return !hermes_cardano_api_method_network_get_block(hermes_cardano_api_borrow_network(network),
                                                      NULL, 0, &none) &&
         block_at(1000, -1, &block) &&
         hermes_cardano_api_method_block_get_slot(hermes_cardano_api_borrow_block(block)) == 999;
}

static bool methods(void) {
  own_block block;
  if (!block_at(0x0102030405060708, 1, &block)) return false;
  const hermes_cardano_api_borrow_block_t borrowed = hermes_cardano_api_borrow_block(block);
  bytes raw;
  bool rollback;
  hermes_cardano_api_block_error_t error;
  hermes_cardano_api_method_block_raw(borrowed, &raw);
  return same_bstr(raw, BYTES("\x09\x07\x06\x05\x04\x03\x02\x01")) &&
         hermes_cardano_api_method_block_is_immutable(borrowed) &&
         hermes_cardano_api_method_block_is_rollback(borrowed, &rollback, &error) && rollback &&
         hermes_cardano_api_method_block_get_fork(borrowed) == ~(uint64_t)0x0102030405060709;
}

static bool result_of_bool(void) {
  own_block block;
  bool rollback;
  hermes_cardano_api_block_error_t error;
  return block_at(0, 0, &block) &&
         !hermes_cardano_api_method_block_is_rollback(hermes_cardano_api_borrow_block(block),
                                                      &rollback, &error) &&
         error == HERMES_CARDANO_API_BLOCK_ERROR_BLOCK_NOT_FOUND;
}

static bool result_of_resource(void) {
  own_block block;
  own_transaction transaction;
  hermes_cardano_api_transaction_error_t error;
  if (!block_at(7, 0, &block)) return false;
  const hermes_cardano_api_borrow_block_t borrowed = hermes_cardano_api_borrow_block(block);
  if (hermes_cardano_api_method_block_get_txn(borrowed, 0xffff, &transaction, &error)) return false;
  if (!hermes_cardano_api_method_block_get_txn(borrowed, 5, &transaction, &error)) return false;
  const hermes_cardano_api_borrow_transaction_t lent =
      hermes_cardano_api_borrow_transaction(transaction);
  bytes metadata;
  bytes raw;
  hermes_cardano_api_txn_hash_t hash;
  return hermes_cardano_api_method_transaction_get_metadata(lent, 1, &metadata) &&
         same_bstr(metadata, BYTES("\1\0\0\0\0\0\0\0")) &&
         !hermes_cardano_api_method_transaction_get_metadata(lent, 0, &metadata) &&
         hermes_cardano_api_method_transaction_get_txn_hash(lent, &hash) && hash.f0 == 7 &&
         hash.f1 == 5 && hash.f2 == 3 && hash.f3 == 4 &&
         !hermes_cardano_api_method_transaction_raw(lent, &raw);
}

SHAPE_GROUP(cardano_shapes, {"cardano: a static function that makes a resource", static_function},
            {"cardano: an option of a tuple", option_of_tuple},
            {"cardano: a variant, and a result of a number", variant_and_result},
            {"cardano: an option of a resource", option_of_resource}, {"cardano: methods", methods},
            {"cardano: a result of a bool", result_of_bool},
            {"cardano: a result of a resource", result_of_resource});
