//! Counters that any thread may read.

use crate::abi::hermes_p2p_stats;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! stats {
    ($($name:ident),* $(,)?) => {
        #[derive(Default)]
        pub struct Stats { $(pub $name: Counter),* }

        impl Stats {
            pub fn write(&self, into: &mut hermes_p2p_stats) {
                $(into.$name = self.$name.get();)*
            }
        }
    };
}

stats! {
    peers, connections, connections_refused, rebuilt, topics, messages_received, messages_published,
    messages_rejected, verdicts_late, wan_peers, lan_peers, app_peers, records_refused,
    blocks_received, block_bytes_received,
    blocks_sent, block_bytes_sent, blocks_refused, bitswap_errors, wants_held,
    reachable, relays,
}

#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn set(&self, value: usize) {
        self.0.store(value as u64, Ordering::Relaxed);
    }

    pub fn add(&self, value: usize) {
        self.0.fetch_add(value as u64, Ordering::Relaxed);
    }
}
