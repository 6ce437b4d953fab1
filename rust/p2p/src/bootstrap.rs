//! When to dial which of the bootstrap peers: while few peers are connected, again and again, each
//! time later.

use crate::config::peer_of;
use libp2p::{Multiaddr, PeerId};
use rand::RngExt;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// With so many peers connected there is no need.
const ENOUGH: usize = 4;
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

#[derive(Default)]
pub struct Bootstrap {
    peers: BTreeMap<PeerId, Entry>,
}

struct Entry {
    addresses: Vec<Multiaddr>,
    wait: Duration,
    next: Instant,
}

impl Bootstrap {
    pub fn new(addresses: &[Multiaddr], now: Instant) -> Self {
        let mut peers = BTreeMap::new();
        for address in addresses {
            let Some(peer) = peer_of(address) else {
                continue;
            };
            let entry = peers.entry(peer).or_insert_with(|| Entry {
                addresses: Vec::new(),
                wait: FIRST,
                next: now,
            });
            entry.addresses.push(address.clone());
        }
        Bootstrap { peers }
    }

    /// Whom to dial now.
    pub fn due(
        &mut self,
        now: Instant,
        connected: usize,
        is_connected: impl Fn(&PeerId) -> bool,
    ) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let mut due = Vec::new();
        for (peer, entry) in &mut self.peers {
            if is_connected(peer) {
                entry.wait = FIRST;
                entry.next = now;
            } else if connected < ENOUGH && entry.next <= now {
                // Not all nodes of a network at the same time.
                entry.next = now + entry.wait.mul_f64(rand::rng().random_range(0.5..1.0));
                entry.wait = (entry.wait * 2).min(LONGEST);
                due.push((*peer, entry.addresses.clone()));
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> (Bootstrap, PeerId, Instant) {
        let peer = PeerId::random();
        let address = |port| {
            format!("/ip4/127.0.0.1/tcp/{port}/p2p/{peer}")
                .parse()
                .unwrap()
        };
        let now = Instant::now();
        let all = [
            address(1),
            address(2),
            "/ip4/127.0.0.1/tcp/1".parse().unwrap(),
        ];
        (Bootstrap::new(&all, now), peer, now)
    }

    #[test]
    fn is_tried_again_later_and_later() {
        let (mut bootstrap, peer, now) = one();
        let due = bootstrap.due(now, 0, |_| false);
        assert_eq!((due[0].0, due[0].1.len()), (peer, 2));
        assert!(bootstrap.due(now, 0, |_| false).is_empty());
        let (mut at, mut tries) = (now, 0);
        while at < now + Duration::from_secs(3600) {
            at += Duration::from_secs(1);
            tries += bootstrap.due(at, 0, |_| false).len();
        }
        assert!((12..40).contains(&tries), "{tries}");
    }

    #[test]
    fn is_left_alone_while_enough_are_connected() {
        let (mut bootstrap, _, now) = one();
        assert!(bootstrap.due(now, ENOUGH, |_| false).is_empty());
        assert!(bootstrap.due(now, 1, |_| true).is_empty());
        assert_eq!(bootstrap.due(now, ENOUGH - 1, |_| false).len(), 1);
    }

    #[test]
    fn is_tried_at_once_when_a_connection_is_lost() {
        let (mut bootstrap, _, now) = one();
        for i in 0..9 {
            bootstrap.due(now + Duration::from_secs(600 * i), 0, |_| false);
        }
        let later = now + Duration::from_secs(6000);
        bootstrap.due(later, 1, |_| true);
        assert_eq!(bootstrap.due(later, 0, |_| false).len(), 1);
    }
}
