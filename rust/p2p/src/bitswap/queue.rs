//! The wants of a peer that have not been looked at, in the order in which they came.
//!
//! A message cancels thousands of them, so each is found by its CID.

use super::message::Entry;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};

/// One for each CID.
#[derive(Default)]
pub struct WantQueue {
    by_turn: BTreeMap<i64, Entry>,
    turns: HashMap<Bytes, i64>,
}

impl WantQueue {
    pub fn len(&self) -> usize {
        self.by_turn.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_turn.is_empty()
    }

    /// As the last, in place of one with its CID.
    pub fn push(&mut self, want: Entry) {
        self.remove(&want.cid);
        let last = self.by_turn.last_key_value();
        self.insert(last.map_or(0, |(turn, _)| turn + 1), want);
    }

    /// What was taken, as the first, in its order; but not what has come again meanwhile.
    pub fn put_back(&mut self, wants: Vec<Entry>) {
        for want in wants.into_iter().rev() {
            if !self.turns.contains_key(&want.cid) {
                let first = self.by_turn.first_key_value();
                self.insert(first.map_or(0, |(turn, _)| turn - 1), want);
            }
        }
    }

    /// The first, so many at most.
    pub fn take(&mut self, count: usize) -> Vec<Entry> {
        let firsts = std::iter::from_fn(|| self.by_turn.pop_first());
        let taken: Vec<Entry> = firsts.take(count).map(|(_, want)| want).collect();
        for want in &taken {
            self.turns.remove(&want.cid);
        }
        taken
    }

    pub fn remove(&mut self, cid: &Bytes) {
        if let Some(turn) = self.turns.remove(cid) {
            self.by_turn.remove(&turn);
        }
    }

    pub fn clear(&mut self) {
        self.by_turn.clear();
        self.turns.clear();
    }

    fn insert(&mut self, turn: i64, want: Entry) {
        self.turns.insert(want.cid.clone(), turn);
        self.by_turn.insert(turn, want);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(name: u8) -> Entry {
        Entry {
            cid: Bytes::copy_from_slice(&[name]),
            ..Entry::default()
        }
    }

    fn queue(names: &[u8]) -> WantQueue {
        let mut queue = WantQueue::default();
        names.iter().for_each(|name| queue.push(want(*name)));
        queue
    }

    fn names(mut queue: WantQueue) -> Vec<u8> {
        let all = queue.take(usize::MAX);
        assert!(queue.is_empty() && queue.turns.is_empty());
        all.iter().map(|want| want.cid[0]).collect()
    }

    #[test]
    fn who_came_first_is_taken_first() {
        let mut first = queue(&[3, 1, 2]);
        assert_eq!(first.take(1), [want(3)]);
        assert_eq!(names(first), [1, 2]);
    }

    #[test]
    fn what_comes_again_is_there_once_and_last() {
        assert_eq!(names(queue(&[1, 2, 1])), [2, 1]);
    }

    #[test]
    fn what_is_put_back_is_first_unless_it_has_come_again() {
        let mut queue = queue(&[1, 2, 3, 4]);
        let taken = queue.take(3);
        queue.push(want(2));
        queue.put_back(taken);
        assert_eq!(names(queue), [1, 3, 4, 2]);
    }

    #[test]
    fn what_is_removed_is_not_taken() {
        let mut queue = queue(&[1, 2, 3]);
        queue.remove(&want(2).cid);
        queue.remove(&want(9).cid);
        assert_eq!(queue.len(), 2);
        assert_eq!(names(queue), [1, 3]);
    }
}
