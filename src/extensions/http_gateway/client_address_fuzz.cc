#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extensions/http_gateway/client_address.h"

// Whatever a header says, the client is an address; and without trust, that of the connection.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hermes::http_gateway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auto kTrusted = *Networks::parse("10.0.0.0/8");
  for (const auto* name : {"forwarded", "x-forwarded-for"}) {
    hermes::net::Headers headers;
    headers.add(name, text);
    boost::system::error_code error;
    boost::asio::ip::make_address(client_address("10.0.0.1", headers, kTrusted), error);
    if (error || client_address("9.9.9.9", headers, kTrusted) != "9.9.9.9") std::abort();
  }
  std::ignore = Networks::parse(text);
  return 0;
}
