#pragma once

// How boards meet. Both topics are the app's own, so the board of every engine hears them and
// nobody else does:
//
//   posts        what somebody has just written, see post.h
//   newcomers    "hello", of a board that wants to hear what was written before
//
// A message reaches only who is there. So a board says hello until somebody hears it, then what was
// written on its own pages; and who hears the hello says the same of its own. Each speaks for
// itself alone: the signature of a message is that of its author.

#include <string>
#include <string_view>

#include "post.h"
#include "posts.h"

namespace shared_board {

inline constexpr std::string_view kPosts = "posts";
inline constexpr std::string_view kNewcomers = "newcomers";
inline constexpr std::string_view kHello = "hello";  // All that newcomers say.

/// The peer id of this engine; empty where it is no node.
std::string own_peer();

/// Listens to both topics, and says hello. False where that is not possible.
bool join();

/// In a moment, and until somebody hears it.
void say_hello();

/// To all boards that are there; if there is none, hello is said until there is.
void publish(const Post& post);

/// Says what was written here, in a moment: to several newcomers at once.
void tell_soon();

/// An entry of the schedule fires, perhaps one that is made here.
void on_time(std::string_view tag, Posts& posts);

}  // namespace shared_board
