//! The hash tables.

use super::Driver;
use crate::abi::{
    hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind, hermes_p2p_status as Status,
};
use crate::behaviour::{Table, protocol};
use crate::command::DhtWork;
use crate::config::Config;
use crate::event::Event;
use crate::locked::Locked;
use crate::records::{MAX_KEY, MAX_VALUE};
use crate::scope::{self, Scope};
use crate::verdicts::Offered;
use bytes::Bytes;
use libp2p::core::Endpoint;
use libp2p::identity::PublicKey;
use libp2p::kad::{
    self, GetProvidersOk, GetRecordError, GetRecordOk, InboundRequest, PutRecordError, QueryId,
    QueryResult, Quorum, Record, RecordKey, store::RecordStore,
};
use libp2p::swarm::{ConnectionId, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId, StreamProtocol};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

const MAX_ADDRESSES: usize = 32;

pub type Queries = HashMap<(Dht, QueryId), Query>;

pub struct Query {
    request: u64,
    kind: QueryKind,
    found: usize,
}

enum QueryKind {
    Put,
    Provide { had_peers: bool },
    Get { max: usize, seen: HashSet<Bytes> },
    Providers { max: usize, seen: HashSet<PeerId> },
    Peer(PeerId),
}

impl Driver {
    pub(super) fn dht_work(&mut self, request: u64, dht: Dht, work: DhtWork) {
        let Some(table) = self.swarm.behaviour_mut().table(dht) else {
            return self.fail(request, Status::Refused, "this hash table is switched off");
        };
        let (query, kind) = match work {
            DhtWork::Put {
                key,
                value,
                quorum,
                ttl,
            } => {
                let quorum = NonZeroUsize::new(quorum).unwrap_or(NonZeroUsize::MIN);
                match table.put_record(record(key, value, ttl), Quorum::N(quorum)) {
                    Ok(query) => (query, QueryKind::Put),
                    Err(why) => return self.fail(request, Status::Refused, why),
                }
            }
            DhtWork::PutTo {
                peer,
                key,
                value,
                ttl,
            } => {
                let record = record(key, value, ttl);
                let query = table.put_record_to(record, [peer].into_iter(), Quorum::One);
                (query, QueryKind::Put)
            }
            DhtWork::Keep { key, value, ttl } => {
                return match table.store_mut().put(record(key, value, ttl)) {
                    Ok(()) => self.end(request, Status::Ok),
                    Err(why) => self.fail(request, Status::Refused, why),
                };
            }
            DhtWork::Remove(key) => {
                let mut records = self.shared.records.locked();
                let was_there = records.remove(dht, &key);
                drop(records);
                return self.end_found(request, was_there);
            }
            DhtWork::Get(key, max) => {
                let seen = HashSet::new();
                let kind = QueryKind::Get { max, seen };
                (table.get_record(RecordKey::from(key)), kind)
            }
            DhtWork::Provide(key) => {
                let had_peers = table.kbuckets().any(|bucket| !bucket.is_empty());
                match table.start_providing(RecordKey::from(key)) {
                    Ok(query) => (query, QueryKind::Provide { had_peers }),
                    Err(why) => return self.fail(request, Status::Refused, why),
                }
            }
            DhtWork::Unprovide(key) => {
                let mut records = self.shared.records.locked();
                let was_there = records.remove_provider(dht, &key, &self.shared.peer);
                drop(records);
                return self.end_found(request, was_there);
            }
            DhtWork::FindProviders(key, max) => {
                let seen = HashSet::new();
                let kind = QueryKind::Providers { max, seen };
                (table.get_providers(RecordKey::from(key)), kind)
            }
            DhtWork::FindPeer(peer) => (table.get_closest_peers(peer), QueryKind::Peer(peer)),
        };
        let query_of = Query {
            request,
            kind,
            found: 0,
        };
        self.queries.insert((dht, query), query_of);
    }

    fn end_found(&self, request: u64, was_there: bool) {
        self.end(
            request,
            match was_there {
                true => Status::Ok,
                false => Status::NotFound,
            },
        );
    }

    pub(super) fn abandon_query(&mut self, request: u64) {
        let of_request = |query: &Query| query.request == request;
        let found = self.queries.iter().find(|(_, query)| of_request(query));
        if let Some((key, _)) = found.map(|(key, query)| (*key, query)) {
            self.finish_query(key);
        }
    }

    fn finish_query(&mut self, key: (Dht, QueryId)) -> Option<Query> {
        if let Some(table) = self.swarm.behaviour_mut().table(key.0)
            && let Some(mut query) = table.query_mut(&key.1)
        {
            query.finish();
        }
        self.queries.remove(&key)
    }

    pub(super) fn on_table(&mut self, dht: Dht, event: kad::Event) {
        match event {
            kad::Event::InboundRequest { request } => self.on_request(dht, request),
            kad::Event::OutboundQueryProgressed {
                id, result, step, ..
            } => self.on_progress((dht, id), result, step.last),
            _ => {}
        }
    }

    fn on_request(&mut self, dht: Dht, request: InboundRequest) {
        match request {
            InboundRequest::PutRecord {
                source,
                record: Some(record),
                ..
            } => self.on_record(dht, source, record),
            InboundRequest::AddProvider {
                record: Some(record),
            } => {
                let mut records = self.shared.records.locked();
                // One that finds no room is not stored; nobody waits to hear so.
                if records.add_provider(dht, record).is_err() {
                    self.shared.stats.records_refused.add(1);
                }
            }
            _ => {}
        }
    }

    fn on_record(&mut self, dht: Dht, from: PeerId, record: Record) {
        let key = record.key.as_ref();
        if key.len() > MAX_KEY || record.value.len() > MAX_VALUE {
            return;
        }
        if dht != Dht::App && !key.starts_with(b"/ipns/") {
            if is_public_key(key, &record.value) {
                let mut records = self.shared.records.locked();
                // One that finds no room is not stored; nobody waits to hear so.
                if records.insert(dht, record, from).is_err() {
                    self.shared.stats.records_refused.add(1);
                }
            }
            return;
        }
        let now = Instant::now();
        let mut event = Event {
            dht,
            peer: Some(from),
            author: record.publisher,
            key: Bytes::copy_from_slice(key),
            value: Bytes::copy_from_slice(&record.value),
            number: record
                .expires
                .map_or(0, |at| at.saturating_duration_since(now).as_millis() as u64),
            ..Event::new(Kind::Record)
        };
        let offered = Offered::Record { dht, record, from };
        let Ok(token) = self.shared.verdicts.await_one(offered, now) else {
            return;
        };
        event.token = token;
        if !self.shared.outbox.post(event) {
            self.shared.verdicts.take(token);
        }
    }

    fn on_progress(&mut self, key: (Dht, QueryId), result: QueryResult, is_last: bool) {
        let shared = self.shared.clone();
        let Some(query) = self.queries.get_mut(&key) else {
            return;
        };
        let request = query.request;
        let mut is_enough = false;
        let end = match (result, &mut query.kind) {
            (QueryResult::PutRecord(result), _) => match result {
                Ok(_) => Event::done(Status::Ok),
                Err(why) => put_failed(why),
            },
            (QueryResult::StartProviding(result), QueryKind::Provide { had_peers }) => {
                match (result, *had_peers) {
                    (Ok(_), true) => Event::done(Status::Ok),
                    (Ok(_), false) => Event::done(Status::Unreachable),
                    (Err(why), _) => Event::failed(Status::TimedOut, why),
                }
            }
            (QueryResult::GetRecord(result), QueryKind::Get { max, seen }) => match result {
                Ok(GetRecordOk::FoundRecord(found)) => {
                    let value = Bytes::from(found.record.value);
                    if value.len() <= MAX_VALUE && seen.insert(value.clone()) {
                        let event = Event {
                            dht: key.0,
                            peer: found.peer,
                            key: Bytes::copy_from_slice(found.record.key.as_ref()),
                            value,
                            ..Event::new(Kind::Value)
                        };
                        shared.requests.progress(request, event);
                        query.found += 1;
                    }
                    is_enough = query.found >= *max;
                    found_some(query.found)
                }
                Err(GetRecordError::Timeout { .. }) if query.found == 0 => {
                    Event::done(Status::TimedOut)
                }
                Ok(_) | Err(_) => found_some(query.found),
            },
            (QueryResult::GetProviders(result), QueryKind::Providers { max, seen }) => {
                let mut providers = HashSet::new();
                if let Ok(GetProvidersOk::FoundProviders {
                    providers: found, ..
                }) = result
                {
                    providers = found;
                }
                let fresh: Vec<PeerId> = providers
                    .into_iter()
                    .filter(|peer| seen.len() < *max && seen.insert(*peer))
                    .collect();
                is_enough = seen.len() >= *max;
                let found = seen.len();
                for peer in fresh {
                    self.note_addresses(key.0, peer);
                    let event = Event {
                        dht: key.0,
                        peer: Some(peer),
                        ..Event::new(Kind::Provider)
                    };
                    shared.requests.progress(request, event);
                }
                found_some(found)
            }
            (QueryResult::GetClosestPeers(result), QueryKind::Peer(peer)) => {
                let peers = match result {
                    Ok(found) => found.peers,
                    Err(kad::GetClosestPeersError::Timeout { peers, .. }) => peers,
                };
                let found = peers.into_iter().find(|info| info.peer_id == *peer);
                let peer = *peer;
                let addresses = found.map(|info| info.addrs).unwrap_or_default();
                query.found += addresses.len().min(MAX_ADDRESSES);
                let found = query.found;
                for address in addresses.iter().take(MAX_ADDRESSES) {
                    let event = Event {
                        peer: Some(peer),
                        text: address.to_string(),
                        ..Event::new(Kind::Address)
                    };
                    shared.requests.progress(request, event);
                }
                self.book.note(peer, addresses);
                found_some(found)
            }
            _ => return,
        };
        if is_last || is_enough {
            self.finish_query(key);
            shared.requests.end(request, end);
        }
    }

    /// What the table knows of a peer while a query that found it runs.
    fn note_addresses(&mut self, dht: Dht, peer: PeerId) {
        let Some(table) = self.swarm.behaviour_mut().table(dht) else {
            return;
        };
        let connection = ConnectionId::new_unchecked(0);
        let addresses =
            table.handle_pending_outbound_connection(connection, Some(peer), &[], Endpoint::Dialer);
        self.book.note(peer, addresses.unwrap_or_default());
    }

    /// A peer has said where it listens and what it speaks.
    pub(super) fn add_to_tables(
        &mut self,
        peer: PeerId,
        addresses: &[Multiaddr],
        protocols: &[StreamProtocol],
    ) {
        let shared = self.shared.clone();
        for dht in [Dht::Wan, Dht::Lan, Dht::App] {
            if !protocols.contains(&protocol(dht)) {
                continue;
            }
            for address in addresses.iter().take(MAX_ADDRESSES) {
                self.add_to_table(&shared.config, dht, peer, address);
            }
        }
    }

    pub(super) fn add_to_table(
        &mut self,
        config: &Config,
        dht: Dht,
        peer: PeerId,
        address: &Multiaddr,
    ) {
        if belongs(config, dht, address)
            && let Some(table) = self.swarm.behaviour_mut().table(dht)
        {
            Table::add_address(table, &peer, address.clone());
        }
    }
}

fn belongs(config: &Config, dht: Dht, address: &Multiaddr) -> bool {
    match (scope::of(address), dht) {
        (Scope::None, _) => false,
        (Scope::Public, _) => true,
        (Scope::Private, _) => dht != Dht::Wan,
        (Scope::Host, _) => dht != Dht::Wan && config.one_host,
    }
}

fn record(key: Vec<u8>, value: Vec<u8>, ttl: Duration) -> Record {
    let mut record = Record::new(key, value);
    record.expires = Some(Instant::now() + ttl);
    record
}

/// As others put them, at the name of their peer: whoever has the name can check it.
fn is_public_key(key: &[u8], value: &[u8]) -> bool {
    let Some(name) = key.strip_prefix(b"/pk/") else {
        return false;
    };
    let public = PublicKey::try_decode_protobuf(value);
    let peer = public.map(|key| PeerId::from_public_key(&key));
    peer.is_ok_and(|peer| peer.to_bytes() == name)
}

fn found_some(found: usize) -> Event {
    Event::done(match found {
        0 => Status::NotFound,
        _ => Status::Ok,
    })
}

fn put_failed(why: PutRecordError) -> Event {
    let PutRecordError::QuorumFailed {
        success, quorum, ..
    } = why
    else {
        return Event::done(Status::TimedOut);
    };
    match success.len() {
        0 => Event::done(Status::Unreachable),
        stored => Event::failed(
            Status::Failed,
            format!("{stored} of {quorum} nodes have stored it"),
        ),
    }
}
