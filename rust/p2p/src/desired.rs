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
