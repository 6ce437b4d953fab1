#include "wasm/shim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasm/binary_test_types.h"

namespace hermes::wasm {
namespace {

using namespace std::string_literals;

struct State : CallState {
  void output(Output, std::string_view) override {}
  void blocking_began(std::string_view) override { sections += '('; }
  void blocking_ended() override { sections += ')'; }
  std::string sections;
};

/// As the generator writes them.
class Shape : public ResourceOf<Shape> {
 public:
  virtual Result<std::uint32_t> sides(State& call) const = 0;
};
class Api {
 public:
  virtual ~Api() = default;
  virtual Result<std::string> join(State& call, std::string_view a,
                                   std::optional<std::string_view> b) = 0;
  virtual Result<std::unique_ptr<Shape>> new_shape(State& call, std::uint32_t sides) = 0;
  virtual Result<> paint(State& call, const Shape& shape) = 0;
};

class Polygon final : public Shape {
 public:
  explicit Polygon(std::uint32_t sides) : sides_(sides) {}
  Result<std::uint32_t> sides(State&) const override { return sides_; }

 private:
  const std::uint32_t sides_;
};

class Shapes final : public Api {
 public:
  Result<std::string> join(State& call, std::string_view a,
                           std::optional<std::string_view> b) override {
    call.sections += 'x';
    return std::string(a) + std::string(b.value_or("-"));
  }
  Result<std::unique_ptr<Shape>> new_shape(State&, std::uint32_t sides) override {
    if (sides < 3) return Error(Code::InvalidArgument, "a shape has three sides or more");
    return std::unique_ptr<Shape>(std::make_unique<Polygon>(sides));
  }
  Result<> paint(State& call, const Shape& shape) override {
    if (TRY(shape.sides(call)) == 13) throw std::runtime_error("no luck");
    return {};
  }
};

class ShimTest : public testing::Test {
 protected:
  ~ShimTest() override { release(); }

  /// The words of the answer, or its error.
  template <Form kForm, auto kFunction>
  bool call(std::vector<std::uint64_t> words) {
    release();
    out_ = {};
    out_.place = place_.empty() ? nullptr : place_.data();
    constexpr auto kShim = host_function<kForm, kFunction>();
    static_assert(kShim.later == nullptr);
    Api* const api = &api_;
    return !kShim.now(api, static_cast<CallState*>(&state_), words.data(), words.size(), &out_);
  }

  template <typename T>
  T answer() {
    Reader from({out_.words != nullptr ? out_.words : out_.small, out_.len}, state_.resources());
    return Words<T>::read(from);
  }

  std::string error() const { return {reinterpret_cast<const char*>(out_.error), out_.error_len}; }

  static std::uint64_t address(const std::string& text) {
    return reinterpret_cast<std::uintptr_t>(text.data());
  }

  const void* owner() const { return out_.owner; }

  State state_;
  std::vector<std::uint64_t> place_;

 private:
  void release() {
    if (out_.drop != nullptr) out_.drop(out_.owner);
  }

  Shapes api_;
  hermes_buffer out_{};
};

TEST_F(ShimTest, PassesViewsAndAnswersWithWhatItOwns) {
  const auto a = "left"s;
  const auto b = "right"s;
  ASSERT_TRUE((call<Form::Quick, &Api::join>({address(a), 4, 1, address(b), 5})));
  EXPECT_EQ(answer<std::string_view>(), "leftright");
  ASSERT_TRUE((call<Form::Quick, &Api::join>({address(a), 4, 0})));
  EXPECT_EQ(answer<std::string_view>(), "left-");
}

TEST_F(ShimTest, KeepsASmallAnswerInThePlaceThatIsOffered) {
  place_.resize(HERMES_PLACE / sizeof(std::uint64_t));
  const auto a = "too long for the string itself"s;
  ASSERT_TRUE((call<Form::Quick, &Api::join>({address(a), a.size(), 0})));
  EXPECT_EQ(owner(), place_.data());
  EXPECT_EQ(answer<std::string_view>(), a + "-");
  ASSERT_FALSE((call<Form::Quick, &Api::new_shape>({2})));
  EXPECT_EQ(error(), "a shape has three sides or more");
}

TEST_F(ShimTest, EntersABlockingSectionForBlockingFunctions) {
  const auto a = "a"s;
  ASSERT_TRUE((call<Form::Blocking, &Api::join>({address(a), 1, 0})));
  EXPECT_EQ(state_.sections, "(x)");
}

TEST_F(ShimTest, AnErrorIsItsMessage) {
  ASSERT_FALSE((call<Form::Quick, &Api::new_shape>({2})));
  EXPECT_EQ(error(), "a shape has three sides or more");
}

TEST_F(ShimTest, CallsMethodsOnTheObjectBehindTheHandle) {
  ASSERT_TRUE((call<Form::Quick, &Api::new_shape>({5})));
  const auto handle = answer<std::uint64_t>();
  ASSERT_TRUE((call<Form::Quick, &Shape::sides>({handle})));
  EXPECT_EQ(answer<std::uint32_t>(), 5U);
  EXPECT_TRUE((call<Form::Quick, &Api::paint>({handle})));
  EXPECT_FALSE((call<Form::Quick, &Shape::sides>({handle + 1})));
}

TEST_F(ShimTest, AnExceptionIsItsText) {
  ASSERT_TRUE((call<Form::Quick, &Api::new_shape>({13})));
  ASSERT_FALSE((call<Form::Quick, &Api::paint>({answer<std::uint64_t>()})));
  EXPECT_EQ(error(), "no luck");
}

TEST_F(ShimTest, AHandleOfAnotherTypeIsRefused) {
  const auto rep =
      *state_.resources().add(std::unique_ptr<Resource>(std::make_unique<test::Block>()));
  ASSERT_FALSE((call<Form::Quick, &Shape::sides>({rep})));
  EXPECT_THAT(error(), testing::Not(testing::IsEmpty()));
}

TEST_F(ShimTest, WordsThatEndEarlyAreAnError) {
  ASSERT_FALSE((call<Form::Quick, &Api::new_shape>({})));
  EXPECT_EQ(error(), "a value is shorter than its type");
}

}  // namespace
}  // namespace hermes::wasm
