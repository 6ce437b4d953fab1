//! The configuration of a node, checked.

use crate::abi::{hermes_p2p_bytes, hermes_p2p_config, hermes_p2p_mode};
use crate::guard::slice;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, multiaddr::Protocol};
use std::time::Duration;

pub const KEY_BYTES: usize = 32;
/// More addresses in one place are a mistake.
pub const MAX_ADDRESSES: usize = 256;

/// As `hermes_p2p_config`, with what a 0 there stands for.
#[derive(Clone)]
pub struct Config {
    pub key: Keypair,
    pub network_key: Option<[u8; KEY_BYTES]>,
    pub listen: Vec<Multiaddr>,
    pub bootstrap: Vec<Multiaddr>,
    pub agent: String,
    pub wan: bool,
    pub lan: bool,
    pub mode: hermes_p2p_mode,
    pub mdns: bool,
    pub autonat: bool,
    pub hole_punching: bool,
    pub relay: bool,
    pub one_host: bool,
    pub max_connections: u32,
    pub max_connections_per_peer: u32,
    pub max_incoming: u32,
    pub max_memory: u64,
    pub idle: Duration,
    pub max_requests: usize,
    pub max_events: usize,
    pub max_event_bytes: u64,
    pub max_message: usize,
    pub verdict_within: Duration,
    pub max_topics: usize,
    pub max_topics_per_peer: usize,
    pub max_records: usize,
    pub max_record_bytes: u64,
    pub max_records_per_peer: usize,
    pub max_providers: usize,
    pub max_providers_per_peer: usize,
    pub max_wants_per_peer: usize,
    pub max_wants: usize,
    pub max_block_bytes: u64,
    /// How often others are asked whether they can reach an address of the node.
    pub probe_every: Duration,
    /// A node that nobody is known to reach asks for places at relays after it.
    pub relays_after: Duration,
    /// The node counts as hung when it has done nothing for so long.
    pub hang: Duration,
}

impl Config {
    /// # Safety
    /// What it points to is lent.
    pub unsafe fn from_c(c: &hermes_p2p_config) -> Result<Self, String> {
        if c.seed.is_null() {
            return Err("no identity key".into());
        }
        let seed = unsafe { slice(c.seed, KEY_BYTES) }.to_vec();
        let key = Keypair::ed25519_from_bytes(seed).map_err(|why| why.to_string())?;
        let network_key = match c.network_key.is_null() {
            true => None,
            false => unsafe { slice(c.network_key, KEY_BYTES) }.try_into().ok(),
        };
        let agent = unsafe { c.agent.text() }.ok_or("the agent is not UTF-8")?;
        if agent.len() > 128 {
            return Err("the agent is longer than 128 bytes".into());
        }
        let listen = unsafe { addresses(c.listen, c.listen_len) }?;
        let bootstrap = unsafe { addresses(c.bootstrap, c.bootstrap_len) }?;
        if let Some(address) = bootstrap.iter().find(|address| peer_of(address).is_none()) {
            return Err(format!("the bootstrap address {address} has no /p2p/"));
        }
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        let or_long = |value: u64, default: u64| if value == 0 { default } else { value };
        let config = Config {
            key,
            network_key,
            listen,
            bootstrap,
            agent: agent.to_string(),
            wan: c.wan,
            lan: c.lan,
            mode: c.mode,
            mdns: c.mdns,
            autonat: c.autonat,
            hole_punching: c.hole_punching,
            relay: c.relay,
            one_host: c.one_host,
            max_connections: or(c.max_connections, 256),
            max_connections_per_peer: or(c.max_connections_per_peer, 8),
            max_incoming: or(c.max_incoming, 64),
            max_memory: c.max_memory,
            idle: Duration::from_millis(or(c.idle_ms, 60_000).into()),
            max_requests: or(c.max_requests, 4096) as usize,
            max_events: or(c.max_events, 8192) as usize,
            max_event_bytes: or_long(c.max_event_bytes, 64 << 20),
            max_message: or(c.max_message, 1 << 20) as usize,
            verdict_within: Duration::from_millis(or(c.verdict_ms, 15_000).into()),
            max_topics: or(c.max_topics, 1024) as usize,
            max_topics_per_peer: or(c.max_topics_per_peer, 256) as usize,
            max_records: or(c.max_records, 16_384) as usize,
            max_record_bytes: or_long(c.max_record_bytes, 64 << 20),
            max_records_per_peer: or(c.max_records_per_peer, 512) as usize,
            max_providers: or(c.max_providers, 65_536) as usize,
            max_providers_per_peer: or(c.max_providers_per_peer, 4096) as usize,
            max_wants_per_peer: or(c.max_wants_per_peer, 1024) as usize,
            max_wants: or(c.max_wants, 256) as usize,
            max_block_bytes: or_long(c.max_block_bytes, 64 << 20),
            probe_every: Duration::from_secs(30),
            relays_after: Duration::from_secs(60),
            hang: Duration::from_secs(10),
        };
        match config.verdict_within > Duration::from_secs(120) {
            true => Err("verdict_ms is above 120,000".into()),
            false => Ok(config),
        }
    }

    pub fn is_private(&self) -> bool {
        self.network_key.is_some()
    }
}

/// # Safety
/// They are lent.
pub unsafe fn addresses(
    data: *const hermes_p2p_bytes,
    len: usize,
) -> Result<Vec<Multiaddr>, String> {
    if len > MAX_ADDRESSES {
        return Err(format!("more than {MAX_ADDRESSES} addresses"));
    }
    unsafe { slice(data, len) }
        .iter()
        .map(|bytes| unsafe { address(*bytes) })
        .collect()
}

/// # Safety
/// It is lent.
pub unsafe fn address(bytes: hermes_p2p_bytes) -> Result<Multiaddr, String> {
    let text = unsafe { bytes.text() }.ok_or("an address is not UTF-8")?;
    if text.len() > 1024 {
        return Err("an address is longer than 1024 bytes".into());
    }
    text.parse()
        .map_err(|why| format!("'{text}' is no address: {why}"))
}

/// The peer at the end of an address.
pub fn peer_of(address: &Multiaddr) -> Option<libp2p::PeerId> {
    match address.iter().last() {
        Some(Protocol::P2p(peer)) => Some(peer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_is_at_the_end_of_an_address() {
        let peer = libp2p::PeerId::random();
        let whole: Multiaddr = format!("/ip4/127.0.0.1/tcp/1/p2p/{peer}").parse().unwrap();
        assert_eq!(peer_of(&whole), Some(peer));
        let relayed = format!("/ip4/127.0.0.1/tcp/1/p2p/{peer}/p2p-circuit");
        assert_eq!(peer_of(&relayed.parse().unwrap()), None);
    }

    #[test]
    fn what_is_not_an_address_is_said() {
        let text = hermes_p2p_bytes::of(b"/ip4/300.0.0.1");
        assert!(unsafe { address(text) }.unwrap_err().contains("no address"));
        let text = hermes_p2p_bytes::of(b"/ip4/\xff");
        assert!(unsafe { address(text) }.unwrap_err().contains("UTF-8"));
    }
}
