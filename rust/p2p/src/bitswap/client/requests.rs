//! Requests that have not ended, and what is to be said of them.

use crate::abi::hermes_p2p_status as Status;
use crate::bitswap::cid::Cid;
use std::collections::{HashMap, HashSet};

/// What became of a request.
#[derive(Debug, PartialEq)]
pub enum Said {
    Block(u64, Cid, Status),
    Done(u64, Status),
}

#[derive(Default)]
pub struct Requests {
    open: HashMap<u64, Request>,
    pub said: Vec<Said>,
}

pub struct Request {
    pub session: u64,
    /// What it still waits for.
    pub left: HashSet<Cid>,
    failed: usize,
}

impl Requests {
    pub fn open(&mut self, request: u64, session: u64, left: HashSet<Cid>) {
        let opened = Request {
            session,
            left,
            failed: 0,
        };
        self.open.insert(request, opened);
    }

    /// Nothing more is said of it.
    pub fn abandon(&mut self, request: u64) -> Option<Request> {
        self.open.remove(&request)
    }

    /// One of its blocks came, or does not.
    pub fn settle(&mut self, request: u64, cid: &Cid, status: Status) {
        if let Some(open) = self.open.get_mut(&request) {
            open.left.remove(cid);
            open.failed += usize::from(status != Status::Ok);
            self.said.push(Said::Block(request, cid.clone(), status));
        }
    }

    /// Ends it when nothing is left; returns its session.
    pub fn end_if_done(&mut self, request: u64) -> Option<u64> {
        let open = self.open.get(&request)?;
        if !open.left.is_empty() {
            return None;
        }
        let status = match open.failed {
            0 => Status::Ok,
            _ => Status::NotFound,
        };
        let session = open.session;
        self.open.remove(&request);
        self.said.push(Said::Done(request, status));
        Some(session)
    }
}
