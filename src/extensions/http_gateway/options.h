#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/server_certificates.h"

namespace hermes::http_gateway {

/// The [http] table of the engine's configuration.
struct Options {
  std::string address = "127.0.0.1";  // Or several: "127.0.0.1 ::1".
  std::uint16_t port = 7878;          // 0: any that is free.
  std::size_t body_bytes = std::size_t{8} << 20;
  std::size_t collected_bytes = std::size_t{256} << 20;  // Of all bodies that are collected.
  std::size_t response_bytes = std::size_t{8} << 20;
  std::size_t header_bytes = std::size_t{32} << 10;
  std::size_t header_count = 100;
  std::chrono::nanoseconds header_timeout = std::chrono::seconds(10);
  std::chrono::nanoseconds body_timeout = std::chrono::seconds(30);
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);
  std::size_t connections = 10'000;

  std::string default_app = {};      // Id or name; empty: the one whose manifest says so.
  std::string trusted_proxies = {};  // "10.0.0.0/8, ::1": whose word on the client counts.
  std::size_t app_rate = 0;          // Requests per second, of an app; 0: any.
  std::size_t client_rate = 0;       // Of a client's address.
  std::string access_log = "off";    // "log": the engine's; else a file.
  std::size_t connections_per_client = 1'000;
  std::uint16_t tls_port = 0;                              // 0: any that is free.
  std::vector<net::CertificateFiles> certificates = {};    // None: no TLS is served.
  std::shared_ptr<net::ServerCertificates> tls = nullptr;  // As they were read.
};

}  // namespace hermes::http_gateway
