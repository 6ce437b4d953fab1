//! Connected peers, as far as asking them for blocks goes.

use libp2p::PeerId;
use std::collections::HashMap;

#[derive(Default)]
pub struct Peers {
    connected: HashMap<PeerId, Peer>,
}

#[derive(Default)]
struct Peer {
    /// It has said that it does not speak bitswap.
    is_mute: bool,
    /// Blocks that it is asked for.
    load: usize,
}

impl Peers {
    pub fn connected(&mut self, peer: PeerId) {
        self.connected.entry(peer).or_default();
    }

    pub fn mute(&mut self, peer: PeerId) {
        self.connected.entry(peer).or_default().is_mute = true;
    }

    pub fn gone(&mut self, peer: &PeerId) {
        self.connected.remove(peer);
    }

    pub fn is_connected(&self, peer: &PeerId) -> bool {
        self.connected.contains_key(peer)
    }

    pub fn all(&self) -> impl Iterator<Item = PeerId> {
        self.connected.keys().copied()
    }

    pub fn can_be_asked(&self, peer: &PeerId) -> bool {
        self.connected.get(peer).is_some_and(|peer| !peer.is_mute)
    }

    pub fn load(&self, peer: &PeerId) -> usize {
        self.connected.get(peer).map_or(0, |peer| peer.load)
    }

    pub fn more_load(&mut self, peer: &PeerId) {
        if let Some(peer) = self.connected.get_mut(peer) {
            peer.load += 1;
        }
    }

    pub fn less_load(&mut self, peer: &PeerId) {
        if let Some(peer) = self.connected.get_mut(peer) {
            peer.load = peer.load.saturating_sub(1);
        }
    }
}
