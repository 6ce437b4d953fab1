#pragma once

// What the programs have in common that measure one component.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/result.h"

namespace hermes::bench {

inline double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  return numbers[numbers.size() / 2];
}

/// Of a command line: the path of a component, then numbers, of which the last may be left out.
class Arguments {
 public:
  Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  std::size_t count() const { return words_.size(); }

  std::string component() const {
    std::ifstream file(words_.at(0), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  int number(std::size_t place, int otherwise) const {
    return place < words_.size() ? std::stoi(words_[place]) : otherwise;
  }

 private:
  const std::vector<std::string> words_;
};

/// The `main` of a program: `measure` takes the arguments and returns a Result<>.
template <typename F>
int program(int argc, char** argv, const char* usage, F&& measure, std::size_t least = 1) {
  const Arguments arguments(argc, argv);
  if (arguments.count() < least) {
    std::fprintf(stderr, "usage: %s\n", usage);
    return 2;
  }
  const Result<> measured = measure(arguments);
  if (measured) return 0;
  std::fprintf(stderr, "%s: %s\n", argv[0], measured.error().message().c_str());
  return 1;
}

}  // namespace hermes::bench
