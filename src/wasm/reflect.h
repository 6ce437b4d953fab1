#pragma once

// What generic code knows of the generated types.
//
//   template <>
//   inline constexpr auto kMembers<CronTagged> = std::tuple(&CronTagged::when, &CronTagged::tag);
//   template <>
//   inline constexpr std::uint64_t kCaseCount<Level> = 5;
//
// The cases of a variant are structs, with a member `value` where the WIT case has a payload.

#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>

namespace hermes::wasm {

struct NotReflected {};

/// The members of a record, or of the arguments of an export, in WIT order.
template <typename T>
inline constexpr NotReflected kMembers{};

/// How many cases an enum has; 0 for flags.
template <typename T>
inline constexpr std::uint64_t kCaseCount = 0;

/// How many flags an enum of flags has; 0 for others.
template <typename T>
inline constexpr std::uint64_t kFlagCount = 0;

template <typename T>
concept Record =
    std::is_class_v<T> && !std::same_as<std::remove_cvref_t<decltype(kMembers<T>)>, NotReflected>;

template <typename T>
concept CaseWithValue = requires(T c) { c.value; };

}  // namespace hermes::wasm
