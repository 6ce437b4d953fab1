#include "testing/engine/hosts/all.h"

namespace hermes::testing {

Result<> Hosts::link(wasm::Linker& linker) {
  TRY(linker.provide<wit::cardano::Api>(cardano));
  TRY(linker.provide<wit::cron::Api>(*cron));
  TRY(linker.provide<wit::crypto::Api>(crypto));
  TRY(linker.provide<wit::hash::Api>(hash));
  TRY(linker.provide<wit::http_request::Api>(http_request));
  TRY(linker.provide<wit::kv_store::Api>(kv_store));
  TRY(linker.provide<wit::localtime::Api>(localtime));
  TRY(linker.provide<wit::logging::Api>(logging));
  return linker.provide<wit::sqlite::Api>(*sqlite);
}

}  // namespace hermes::testing
