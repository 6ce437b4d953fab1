//! A node of libp2p and IPFS behind a C interface (docs/adr/0025-libp2p-behind-a-pull-interface.md).
//! `src/p2p` of the C++ side is the only user.
//!
//! | module | what it is |
//! |---|---|
//! | `abi` | the types of the interface |
//! | `c_node`, `c_peers`, `c_pubsub`, `c_dht`, `c_blocks` | its functions |
//! | `guard`, `locked` | panics and arguments as values; mutexes that survive a panic |
//! | `config` | how a node is to be |
//! | `shared` | what its threads share |
//! | `command`, `requests` | what C++ asks, and what has not ended of it |
//! | `event`, `outbox` | what C++ is told |
//! | `verdicts` | what awaits a verdict of C++ |
//! | `blocks` | the block store of C++ |
//! | `desired` | what outlives a failure |
//! | `supervisor`, `cut_off` | the threads, and what is done when one fails |
//! | `driver` | the task that owns the swarm |
//! | `transport`, `behaviour`, `pubsub` | what the swarm is made of |
//! | `incoming` | how many connections an address may be setting up |
//! | `records` | what is stored for the hash tables |
//! | `bitswap` | blocks from and for others |
//! | `bootstrap`, `book`, `scope` | whom to dial, and where |
//!
//! Safety: every pointer that C++ passes is valid for the call, and a node is used until its
//! `_free`, by any thread.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]

pub mod abi;
mod behaviour;
mod bitswap;
mod blocks;
mod book;
mod bootstrap;
pub mod c_blocks;
pub mod c_dht;
pub mod c_node;
pub mod c_peers;
pub mod c_pubsub;
mod command;
mod config;
mod cut_off;
mod desired;
mod driver;
mod event;
mod guard;
mod incoming;
mod locked;
mod outbox;
mod pubsub;
mod records;
mod requests;
mod scope;
mod shared;
mod stats;
mod supervisor;
mod transport;
mod verdicts;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
