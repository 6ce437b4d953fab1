//! What a node was asked to be: what of it outlives a failure.

use crate::pubsub::Scoring;
use libp2p::{Multiaddr, PeerId, multiaddr::Protocol};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

#[derive(Default)]
pub struct Desired {
    pub listen: Vec<Listen>,
    pub topics: BTreeMap<String, Scoring>,
    /// Until when, if not for good.
    pub blocked: HashMap<PeerId, Option<Instant>>,
    pub bootstrap: Vec<Multiaddr>,
}

impl Desired {
    /// Blocked until then, or for as long as it is already.
    pub fn block_at_least(&mut self, peer: PeerId, until: Instant) {
        let blocked = self.blocked.entry(peer).or_insert(Some(until));
        *blocked = blocked.map(|earlier| earlier.max(until));
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Listen {
    pub asked: Multiaddr,
    /// One of the addresses that it became.
    pub got: Option<Multiaddr>,
}

impl Listen {
    pub fn new(asked: Multiaddr) -> Self {
        Listen { asked, got: None }
    }

    /// Where to listen again: at the port that was got.
    pub fn again(&self) -> Multiaddr {
        let port = |protocol: &Protocol| match protocol {
            Protocol::Tcp(port) | Protocol::Udp(port) => Some(*port),
            _ => None,
        };
        let got = self.got.as_ref();
        let got = got.and_then(|got| got.iter().find_map(|part| port(&part)));
        self.asked
            .iter()
            .map(|part| match (part, got) {
                (Protocol::Tcp(0), Some(got)) => Protocol::Tcp(got),
                (Protocol::Udp(0), Some(got)) => Protocol::Udp(got),
                (other, _) => other,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_block_is_not_shortened() {
        let now = Instant::now();
        let (soon, late) = (now + Duration::from_secs(1), now + Duration::from_secs(2));
        let peer = PeerId::random();
        let after = |was: Option<Option<Instant>>, until| {
            let mut desired = Desired::default();
            was.map(|was| desired.blocked.insert(peer, was));
            desired.block_at_least(peer, until);
            desired.blocked[&peer]
        };
        assert_eq!(after(None, soon), Some(soon));
        assert_eq!(after(Some(Some(soon)), late), Some(late));
        assert_eq!(after(Some(Some(late)), soon), Some(late));
        assert_eq!(after(Some(None), soon), None, "it is for good");
    }

    #[test]
    fn listens_again_at_the_port_that_it_got() {
        let of = |asked: &str, got: &str| {
            let mut listen = Listen::new(asked.parse().unwrap());
            listen.got = got.parse().ok();
            listen.again().to_string()
        };
        let any = "/ip4/0.0.0.0/tcp/0";
        assert_eq!(of(any, "/ip4/10.0.0.1/tcp/40"), "/ip4/0.0.0.0/tcp/40");
        assert_eq!(of(any, "no"), any);
        let quic = "/ip4/0.0.0.0/udp/0/quic-v1";
        assert_eq!(
            of(quic, "/ip4/10.0.0.1/udp/41/quic-v1"),
            "/ip4/0.0.0.0/udp/41/quic-v1"
        );
    }
}
