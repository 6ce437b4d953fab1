// test(i) runs the i-th of the table, and bench(i) as well.

#include "functions/tests.h"

namespace {

std::uint8_t value_of(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

Bytes of_hex(std::string_view digits) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(value_of(digits[i]) << 4 | value_of(digits[i + 1])));
  }
  return bytes;
}

Bytes pattern(std::size_t size, std::size_t period) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % period);
  return bytes;
}

bool exports_hermes_integration_test_event_test(std::uint32_t test, bool run,
                                                hermes_integration_test_api_test_result_t* result) {
  if (test >= kTests.count) return false;
  hermes_string_dup(&result->name, kTests.first[test].name);
  result->status = !run || kTests.first[test].passes();
  return true;
}

bool exports_hermes_integration_test_event_bench(
    std::uint32_t bench, bool run, hermes_integration_test_api_test_result_t* result) {
  return exports_hermes_integration_test_event_test(bench, run, result);
}
