// The second of three tests ends the engine.

#include "functions/tests.h"

namespace {

bool passes() {
  return true;
}

bool ends_the_engine() {
  hermes_init_api_done(9);
  return true;
}

constexpr Test kAll[] = {
    {"before", passes}, {"ends the engine", ends_the_engine}, {"after", passes}};

}  // namespace

const Tests kTests = {kAll, std::size(kAll)};
