#include "io/machine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace hermes::io {
namespace {

TEST(Machine, HasMemory) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  EXPECT_GT(memory_of_machine(), 64 * kMebibyte);
  EXPECT_LT(memory_of_machine(), kMebibyte * kMebibyte);
}

// A tree of groups: the outer one, and one in it that is the process's.
class GroupsTest : public ::testing::Test {
 protected:
  GroupsTest() { std::filesystem::create_directories(root_ / "outer" / "inner"); }
  ~GroupsTest() override { std::filesystem::remove_all(root_); }

  void allow(const std::string& group, const std::string& most) {
    std::ofstream(root_ / group / "memory.max") << most << '\n';
  }
  std::optional<std::size_t> memory(
      const std::string& of_process = "4:memory:/x\n0::/outer/inner\n") {
    std::istringstream stream(of_process);
    return memory_of_groups(root_, stream);
  }

 private:
  const std::filesystem::path root_ =
      std::filesystem::path(::testing::TempDir()) /
      ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(GroupsTest, TheOneThatAllowsLeastCounts) {
  EXPECT_EQ(memory(), std::nullopt);
  allow("outer/inner", "max");
  EXPECT_EQ(memory(), std::nullopt);
  allow("outer", "1000000");
  EXPECT_EQ(memory(), 1'000'000U) << "of the group around it";
  allow("outer/inner", "2000000");
  EXPECT_EQ(memory(), 1'000'000U);
  allow("outer/inner", "500000");
  EXPECT_EQ(memory(), 500'000U);
  allow("", "400000");
  EXPECT_EQ(memory(), 400'000U) << "of the root, as a container sees it";
}

TEST_F(GroupsTest, OthersDoNotCount) {
  allow("outer/inner", "500000");
  EXPECT_EQ(memory("0::/outer\n"), std::nullopt);
  EXPECT_EQ(memory("0::/\n"), std::nullopt);
  EXPECT_EQ(memory("4:memory:/outer/inner\n"), std::nullopt) << "of the first version";
  EXPECT_EQ(memory(""), std::nullopt);
}

}  // namespace
}  // namespace hermes::io
