//! Where peers can be reached that were heard of lately.

use libp2p::{Multiaddr, PeerId};
use std::collections::{HashMap, VecDeque};

const MAX_PEERS: usize = 4096;
const MAX_ADDRESSES: usize = 16;

#[derive(Default)]
pub struct Book {
    of: HashMap<PeerId, Vec<Multiaddr>>,
    by_age: VecDeque<PeerId>,
}

impl Book {
    /// In place of what was known, unless there is none.
    pub fn note(&mut self, peer: PeerId, mut addresses: Vec<Multiaddr>) {
        if addresses.is_empty() {
            return;
        }
        addresses.truncate(MAX_ADDRESSES);
        if self.of.insert(peer, addresses).is_none() {
            self.by_age.push_back(peer);
        }
        if self.by_age.len() > MAX_PEERS {
            let oldest = self.by_age.pop_front();
            oldest.map(|oldest| self.of.remove(&oldest));
        }
    }

    pub fn of(&self, peer: &PeerId) -> Vec<Multiaddr> {
        self.of.get(peer).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_latest() {
        let mut book = Book::default();
        let address =
            |i: usize| -> Multiaddr { format!("/ip4/127.0.0.1/tcp/{i}").parse().unwrap() };
        let first = PeerId::random();
        book.note(first, (0..99).map(address).collect());
        assert_eq!(book.of(&first).len(), MAX_ADDRESSES);
        book.note(first, vec![]);
        book.note(first, vec![address(5)]);
        assert_eq!(book.of(&first), [address(5)]);
        (0..MAX_PEERS).for_each(|_| book.note(PeerId::random(), vec![address(1)]));
        assert_eq!(book.of(&first), []);
        assert_eq!(book.of.len(), MAX_PEERS);
    }
}
