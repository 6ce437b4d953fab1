//! The requests that have not ended. Whoever removes one says how it ended; nobody else does.

use crate::abi::hermes_p2p_status as Status;
use crate::event::Event;
use crate::locked::Locked;
use crate::outbox::Outbox;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Instant;

pub struct Requests {
    max: usize,
    outbox: Arc<Outbox>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    open: HashMap<u64, Entry>,
    by_deadline: BTreeSet<(Instant, u64)>,
}

struct Entry {
    deadline: Instant,
    /// The node works on it.
    taken: bool,
}

impl Requests {
    pub fn new(max: usize, outbox: Arc<Outbox>) -> Self {
        Requests {
            max,
            outbox,
            table: Mutex::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.table.locked().open.len()
    }

    pub fn open(&self, request: u64, deadline: Instant) -> Result<(), Status> {
        let mut table = self.table.locked();
        if request == 0 || table.open.contains_key(&request) {
            return Err(Status::Invalid);
        }
        if table.open.len() >= self.max {
            return Err(Status::Busy);
        }
        let entry = Entry {
            deadline,
            taken: false,
        };
        table.open.insert(request, entry);
        table.by_deadline.insert((deadline, request));
        Ok(())
    }

    /// False if it has ended.
    pub fn take(&self, request: u64) -> bool {
        let mut table = self.table.locked();
        let entry = table.open.get_mut(&request);
        entry.map(|entry| entry.taken = true).is_some()
    }

    /// One of the events of a request before its last; false if it has ended.
    pub fn progress(&self, request: u64, event: Event) -> bool {
        let table = self.table.locked();
        let is_open = table.open.contains_key(&request);
        if is_open {
            self.outbox.answer(Event { request, ..event });
        }
        is_open
    }

    /// False if it had ended.
    pub fn end(&self, request: u64, event: Event) -> bool {
        let mut table = self.table.locked();
        let was_open = table.remove(request);
        if was_open {
            self.outbox.answer(Event { request, ..event });
        }
        was_open
    }

    /// As if it had never been there; false if it has ended.
    pub fn take_back(&self, request: u64) -> bool {
        self.table.locked().remove(request)
    }

    /// Ends those whose deadline has passed, and returns which.
    pub fn expire(&self, now: Instant) -> Vec<u64> {
        let mut table = self.table.locked();
        let mut expired = Vec::new();
        while let Some((deadline, request)) = table.by_deadline.first().copied() {
            if deadline > now {
                break;
            }
            table.remove(request);
            let event = Event::done(Status::TimedOut);
            self.outbox.answer(Event { request, ..event });
            expired.push(request);
        }
        expired
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        let table = self.table.locked();
        table.by_deadline.first().map(|(deadline, _)| *deadline)
    }

    /// Ends all that the node works on, or all.
    pub fn end_all(&self, status: Status, also_waiting: bool) {
        let mut table = self.table.locked();
        let mut ended: Vec<u64> = table
            .open
            .iter()
            .filter(|(_, entry)| entry.taken || also_waiting)
            .map(|(request, _)| *request)
            .collect();
        ended.sort_unstable();
        for request in ended {
            table.remove(request);
            let event = Event::done(status);
            self.outbox.answer(Event { request, ..event });
        }
    }
}

impl Table {
    fn remove(&mut self, request: u64) -> bool {
        let Some(entry) = self.open.remove(&request) else {
            return false;
        };
        self.by_deadline.remove(&(entry.deadline, request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn table(max: usize) -> (Requests, Arc<Outbox>) {
        let outbox = Arc::new(Outbox::new(8, 1 << 20).unwrap());
        (Requests::new(max, outbox.clone()), outbox)
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn ends_once() {
        let (requests, outbox) = table(2);
        requests.open(1, later()).unwrap();
        assert!(requests.end(1, Event::done(Status::Ok)));
        assert!(!requests.end(1, Event::done(Status::Failed)));
        assert!(!requests.progress(1, Event::done(Status::Ok)));
        let taken = outbox.take(9);
        assert_eq!(taken.len(), 1);
        assert_eq!((taken[0].request, taken[0].status), (1, Status::Ok));
    }

    #[test]
    fn are_bounded_and_differ() {
        let (requests, _) = table(2);
        assert_eq!(requests.open(0, later()), Err(Status::Invalid));
        requests.open(1, later()).unwrap();
        assert_eq!(requests.open(1, later()), Err(Status::Invalid));
        requests.open(2, later()).unwrap();
        assert_eq!(requests.open(3, later()), Err(Status::Busy));
        assert!(requests.take_back(2));
        requests.open(3, later()).unwrap();
    }

    #[test]
    fn end_at_their_deadline() {
        let (requests, outbox) = table(9);
        let now = Instant::now();
        requests.open(1, now + Duration::from_secs(2)).unwrap();
        requests.open(2, now + Duration::from_secs(1)).unwrap();
        assert_eq!(requests.expire(now), []);
        assert_eq!(requests.expire(now + Duration::from_secs(1)), [2]);
        assert_eq!(requests.next_deadline(), Some(now + Duration::from_secs(2)));
        assert_eq!(outbox.take(9)[0].status, Status::TimedOut);
    }

    #[test]
    fn that_the_node_has_not_taken_survive_its_end() {
        let (requests, outbox) = table(9);
        requests.open(1, later()).unwrap();
        requests.open(2, later()).unwrap();
        assert!(requests.take(1));
        requests.end_all(Status::Restarted, false);
        assert_eq!(outbox.take(9).len(), 1);
        assert!(requests.take(2));
    }
}
