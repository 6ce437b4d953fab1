#pragma once

// Every shape that generated types have, as the generator writes them.

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "base/expected.h"
#include "wasm/reflect.h"
#include "wasm/resource_table.h"

namespace hermes::wasm::test {

enum class Level : std::uint8_t { Debug, Info, Error };

enum class Rights : std::uint16_t { Read = 1U << 0, Write = 1U << 1, Rename = 1U << 9 };

struct Response {
  std::uint16_t code;
  std::vector<std::tuple<std::string, std::vector<std::string>>> headers;
  std::vector<std::uint8_t> body;

  auto operator<=>(const Response&) const = default;
};

namespace gateway_response {
struct Http {
  Response value;
  auto operator<=>(const Http&) const = default;
};
struct InternalRedirect {
  std::string value;
  auto operator<=>(const InternalRedirect&) const = default;
};
struct Declined {
  auto operator<=>(const Declined&) const = default;
};
}  // namespace gateway_response
using GatewayResponse = std::variant<gateway_response::Http, gateway_response::InternalRedirect,
                                     gateway_response::Declined>;

struct Everything {
  bool flag;
  std::int8_t s8;
  std::uint16_t u16;
  std::int32_t s32;
  std::uint64_t u64;
  float f32;
  double f64;
  char32_t character;
  std::string text;
  Level level;
  Rights rights;
  std::vector<std::int64_t> numbers;
  std::vector<bool> bits;
  std::vector<GatewayResponse> responses;
  std::optional<std::optional<std::string>> maybe;
  Expected<void, Level> done;
  std::optional<Expected<std::string, void>> answer;

  bool operator==(const Everything&) const = default;
};

/// An event without arguments.
struct Nothing {
  auto operator<=>(const Nothing&) const = default;
};

class Block : public ResourceOf<Block> {};

/// An event that lives in memory only.
struct OnBlock {
  std::shared_ptr<const Block> block;
  std::string chain;
};

}  // namespace hermes::wasm::test

namespace hermes::wasm {

template <>
inline constexpr std::uint64_t kCaseCount<test::Level> = 3;
template <>
inline constexpr std::uint64_t kFlagCount<test::Rights> = 10;
template <>
inline constexpr auto kMembers<test::Response> =
    std::tuple(&test::Response::code, &test::Response::headers, &test::Response::body);
template <>
inline constexpr auto kMembers<test::Everything> =
    std::tuple(&test::Everything::flag, &test::Everything::s8, &test::Everything::u16,
               &test::Everything::s32, &test::Everything::u64, &test::Everything::f32,
               &test::Everything::f64, &test::Everything::character, &test::Everything::text,
               &test::Everything::level, &test::Everything::rights, &test::Everything::numbers,
               &test::Everything::bits, &test::Everything::responses, &test::Everything::maybe,
               &test::Everything::done, &test::Everything::answer);
template <>
inline constexpr auto kMembers<test::Nothing> = std::tuple();
template <>
inline constexpr auto kMembers<test::OnBlock> =
    std::tuple(&test::OnBlock::block, &test::OnBlock::chain);

}  // namespace hermes::wasm
