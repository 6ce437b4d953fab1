//! Real nodes that speak with each other.

mod blocks;
mod c_interface;
mod connections;
mod failures;
mod helia;
mod hostile;
mod kubo;
mod multicast;
mod pubsub;
mod reach;
mod tables;
