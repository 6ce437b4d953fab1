#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hermes::http_gateway {

/// The [http] table of the engine's configuration.
struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7878;  // 0: any that is free.
  std::size_t body_bytes = std::size_t{8} << 20;
  std::size_t response_bytes = std::size_t{8} << 20;
  std::size_t header_bytes = std::size_t{32} << 10;
  std::size_t header_count = 100;
  std::chrono::nanoseconds header_timeout = std::chrono::seconds(10);
  std::chrono::nanoseconds body_timeout = std::chrono::seconds(30);
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);
  std::size_t connections = 10'000;
};

}  // namespace hermes::http_gateway
