//! Real nodes that speak with each other.

mod blocks;
mod c_interface;
mod connections;
mod failures;
mod helia;
mod hostile;
mod kubo;
mod pubsub;
mod tables;
