#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "runtime/run_line.h"

namespace hermes::runtime {

/// Lines by their virtual time, the least first. A line knows its place, so that it can leave from
/// anywhere. Everything takes O(log lines).
class LineHeap {
 public:
  /// `kind`: which of a line's places is the one here.
  explicit LineHeap(std::size_t kind) : kind_(kind) {}

  bool empty() const { return lines_.empty(); }
  RunLine* least() const { return lines_.empty() ? nullptr : lines_.front(); }  // Null: none.
  std::span<RunLine* const> lines() const { return lines_; }
  bool has(const RunLine& line) const { return line.places[kind_] != 0; }

  void add(RunLine& line) {
    lines_.push_back(&line);
    rise(lines_.size() - 1);
  }

  void remove(RunLine& line) {
    const auto place = line.places[kind_] - 1;
    line.places[kind_] = 0;
    auto* const last = lines_.back();
    lines_.pop_back();
    if (last == &line) return;
    set(place, *last);
    rise(place);
    sink(last->places[kind_] - 1);
  }

  /// After its time has grown.
  void later(RunLine& line) { sink(line.places[kind_] - 1); }

 private:
  bool is_before(std::size_t a, std::size_t b) const { return lines_[a]->time < lines_[b]->time; }

  void set(std::size_t place, RunLine& line) {
    lines_[place] = &line;
    line.places[kind_] = place + 1;
  }

  void swap(std::size_t a, std::size_t b) {
    auto& line = *lines_[a];
    set(a, *lines_[b]);
    set(b, line);
  }

  void rise(std::size_t place) {
    set(place, *lines_[place]);
    while (place != 0 && is_before(place, (place - 1) / 2)) {
      swap(place, (place - 1) / 2);
      place = (place - 1) / 2;
    }
  }

  void sink(std::size_t place) {
    for (;;) {
      auto least = place;
      for (const auto child : {2 * place + 1, 2 * place + 2}) {
        if (child < lines_.size() && is_before(child, least)) least = child;
      }
      if (least == place) return;
      swap(place, least);
      place = least;
    }
  }

  const std::size_t kind_;
  std::vector<RunLine*> lines_;
};

}  // namespace hermes::runtime
