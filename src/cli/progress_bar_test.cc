#include "cli/progress_bar.h"

#include <gtest/gtest.h>

namespace hermes::cli {
namespace {

TEST(ProgressBar, ShowsHowFarItIs) {
  EXPECT_EQ(progress_line("packaging", 0, 100 << 20),
            "packaging  [                              ]  0 %  0 of 100 MiB");
  EXPECT_EQ(progress_line("packaging", 50 << 20, 100 << 20),
            "packaging  [###############               ]  50 %  50 of 100 MiB");
  EXPECT_EQ(progress_line("checking", 100 << 20, 100 << 20),
            "checking  [##############################]  100 %  100 of 100 MiB");
  EXPECT_EQ(progress_line("checking", 0, 0),
            "checking  [##############################]  100 %  0 of 0 MiB");
  EXPECT_EQ(progress_line("fetching", 12 << 20), "fetching  12 MiB");
}

}  // namespace
}  // namespace hermes::cli
