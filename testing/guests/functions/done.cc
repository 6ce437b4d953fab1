// The second of three tests ends the engine with CODE; the first fails where that is 0.

#include "functions/tests.h"

namespace {

bool first() {
  return CODE != 0;
}

bool ends_the_engine() {
  hermes_init_api_done(CODE);
  return true;
}

constexpr Test kAll[] = {{"before", first}, {"ends the engine", ends_the_engine}, {"after", first}};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
