//! Bitswap 1.2: blocks from peers, and for them.
//!
//! | module | what it is |
//! |---|---|
//! | `cid` | names of blocks |
//! | `wire`, `message`, `frame` | what goes over a stream |
//! | `handler` | the streams of a connection |
//! | `client` | what we want |
//! | `server`, `queue` | what others want |

pub mod cid;
pub mod client;
pub mod frame;
pub mod handler;
pub mod message;
pub mod queue;
pub mod server;
pub mod wire;

use crate::abi::hermes_p2p_status as Status;
use crate::event::Loan;
use crate::shared::Shared;
use bytes::Bytes;
use cid::Cid;
use client::{Client, Said};
use handler::{FromHandler, Handler};
use libp2p::core::{Endpoint, transport::PortUse};
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler,
    THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use message::Message;
use server::{Read, Server};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::{Semaphore, mpsc};

/// For one that is awaited.
const LIKELY_BLOCK: u64 = 256 << 10;
/// A peer that sent more blocks that cannot be checked is dropped.
const MAX_UNUSABLE: usize = 16;

#[derive(Debug)]
pub enum Event {
    Block {
        request: u64,
        cid: Cid,
        status: Status,
        block: Bytes,
        loan: Option<Arc<Loan>>,
    },
    Done(u64, Status),
    /// A session needs it.
    Dial(PeerId),
}

pub struct Behaviour {
    shared: Arc<Shared>,
    client: Client,
    server: Server,
    room: Arc<Semaphore>,
    connections: HashMap<PeerId, Connections>,
    finished: mpsc::UnboundedReceiver<Finished>,
    finish: mpsc::UnboundedSender<Finished>,
    queue: VecDeque<ToSwarm<Event, Bytes>>,
}

#[derive(Default)]
struct Connections {
    /// And whether it goes through a relay, which carries little.
    all: Vec<(ConnectionId, bool)>,
    unusable: usize,
}

impl Connections {
    fn best(&self) -> Option<ConnectionId> {
        let best = self.all.iter().min_by_key(|(_, is_relayed)| *is_relayed);
        best.map(|(connection, _)| *connection)
    }
}

/// What a blocking thread has done.
enum Finished {
    Read(Read),
    Stored(Vec<Stored>),
}

struct Stored {
    cid: Cid,
    block: Bytes,
    loan: Arc<Loan>,
    status: Status,
}

impl Behaviour {
    /// Within a runtime.
    pub fn new(shared: Arc<Shared>) -> Self {
        let (finish, finished) = mpsc::unbounded_channel();
        Behaviour {
            client: Client::new(shared.config.max_wants),
            server: Server::new(shared.config.max_wants_per_peer),
            room: frame::Room::of_node(),
            connections: HashMap::new(),
            finished,
            finish,
            queue: VecDeque::new(),
            shared,
        }
    }

    pub fn fetch(&mut self, request: u64, session: u64, cids: Vec<Cid>, providers: Vec<PeerId>) {
        self.client.fetch(request, session, cids, providers);
    }

    pub fn abandon(&mut self, request: u64) {
        self.client.abandon(request);
    }

    /// Returns the requests that it had.
    pub fn end_session(&mut self, session: u64) -> Vec<u64> {
        self.client.end_session(session)
    }

    /// They are in the store.
    pub fn announce(&mut self, cids: &[Cid]) {
        for cid in cids {
            for peer in self.server.arrived(cid) {
                self.serve(peer);
            }
        }
    }

    /// About once a second while it wants any; `poll` comes afterwards.
    pub fn tick(&mut self, now: Instant) {
        self.client.tick(now);
        self.shared.stats.wants_held.set(self.server.held());
    }

    pub fn wants_any(&self) -> bool {
        self.client.wants_any()
    }

    pub fn unreachable(&mut self, peer: &PeerId) {
        if !self.connections.contains_key(peer) {
            self.client.unreachable(peer);
        }
    }

    fn serve(&mut self, peer: PeerId) {
        let Some(job) = self.server.next_job(peer) else {
            return;
        };
        let (shared, finish) = (self.shared.clone(), self.finish.clone());
        tokio::task::spawn_blocking(move || {
            let _ = finish.send(Finished::Read(job.run(&shared.blocks)));
        });
    }

    fn store(&mut self, mut blocks: Vec<Stored>) {
        let (shared, finish) = (self.shared.clone(), self.finish.clone());
        if !shared.blocks.takes_blocks {
            return self.on_stored(blocks);
        }
        tokio::task::spawn_blocking(move || {
            for one in &mut blocks {
                if !shared.blocks.put(one.cid.bytes(), &one.block) {
                    one.status = Status::StoreFailed;
                }
            }
            let _ = finish.send(Finished::Stored(blocks));
        });
    }

    fn on_stored(&mut self, blocks: Vec<Stored>) {
        for one in blocks {
            self.client.stored(&one.cid, one.status);
            self.say(Some((&one.block, &one.loan)));
            if one.status == Status::Ok && self.shared.blocks.takes_blocks {
                self.announce(&[one.cid]);
            }
        }
    }

    fn on_finished(&mut self, finished: Finished) {
        match finished {
            Finished::Stored(blocks) => self.on_stored(blocks),
            Finished::Read(read) => {
                let peer = read.peer;
                let message = self.server.done(read);
                let stats = &self.shared.stats;
                stats.blocks_sent.add(message.blocks.len());
                let bytes = message.blocks.iter().map(|(_, block)| block.len()).sum();
                stats.block_bytes_sent.add(bytes);
                self.send(peer, &message);
                self.serve(peer);
            }
        }
    }

    fn on_message(&mut self, peer: PeerId, message: Message) {
        let stats = &self.shared.stats;
        let mut wanted = Vec::new();
        for (cid, block) in message.blocks {
            if !self.client.block(&peer, &cid) {
                stats.blocks_refused.add(1);
                continue;
            }
            stats.blocks_received.add(1);
            stats.block_bytes_received.add(block.len());
            let loan = self.shared.lent.lend(block.len());
            let status = Status::Ok;
            wanted.push(Stored {
                cid,
                block,
                loan,
                status,
            });
        }
        stats.blocks_refused.add(message.unusable);
        if !wanted.is_empty() {
            self.store(wanted);
        }
        for (cid, have) in message.presences {
            self.client.presence(&peer, &cid, have);
        }
        if message.full || !message.wants.is_empty() {
            self.server.wants(peer, message.wants, message.full);
            self.serve(peer);
        }
        if let Some(connections) = self.connections.get_mut(&peer) {
            connections.unusable += message.unusable;
            if connections.unusable > MAX_UNUSABLE {
                self.drop_peer(peer);
            }
        }
    }

    fn drop_peer(&mut self, peer: PeerId) {
        self.shared.stats.bitswap_errors.add(1);
        self.queue.push_back(ToSwarm::CloseConnection {
            peer_id: peer,
            connection: CloseConnection::All,
        });
    }

    fn send(&mut self, peer: PeerId, message: &Message) {
        if message.is_empty() {
            return;
        }
        let connection = self.connections.get(&peer).and_then(Connections::best);
        let Some(connection) = connection else {
            return;
        };
        let frame = message.encode();
        self.server.sending(&peer, frame.len());
        self.queue.push_back(ToSwarm::NotifyHandler {
            peer_id: peer,
            handler: NotifyHandler::One(connection),
            event: frame,
        });
    }

    /// What the client has to say, of a block if that came.
    fn say(&mut self, came: Option<(&Bytes, &Arc<Loan>)>) {
        for said in self.client.take_said() {
            self.queue.push_back(ToSwarm::GenerateEvent(match said {
                Said::Block(request, cid, status) => Event::Block {
                    request,
                    cid,
                    status,
                    block: came.map(|(block, _)| block.clone()).unwrap_or_default(),
                    loan: came.map(|(_, loan)| loan.clone()),
                },
                Said::Done(request, status) => Event::Done(request, status),
            }));
        }
    }

    fn pump(&mut self) {
        let lent = self.shared.lent.bytes();
        let most = self.shared.config.max_block_bytes;
        self.client.pump(Instant::now(), |asking| {
            lent + asking as u64 * LIKELY_BLOCK < most
        });
        self.say(None);
        for peer in self.client.take_to_dial() {
            self.queue
                .push_back(ToSwarm::GenerateEvent(Event::Dial(peer)));
        }
        for (peer, message) in self.client.take_outgoing() {
            self.send(peer, &message);
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(frame::Room::new(self.room.clone())))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(frame::Room::new(self.room.clone())))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(opened) => {
                let connections = self.connections.entry(opened.peer_id).or_default();
                let is_relayed = opened.endpoint.is_relayed();
                connections.all.push((opened.connection_id, is_relayed));
                if connections.all.len() == 1 {
                    self.client.connected(opened.peer_id);
                }
            }
            FromSwarm::ConnectionClosed(closed) => {
                let peer = closed.peer_id;
                let Some(connections) = self.connections.get_mut(&peer) else {
                    return;
                };
                let was_best = connections.best() == Some(closed.connection_id);
                connections
                    .all
                    .retain(|(one, _)| *one != closed.connection_id);
                if connections.all.is_empty() {
                    self.connections.remove(&peer);
                    self.client.gone(&peer, false);
                    self.server.gone(&peer);
                } else if was_best {
                    self.server.sent(&peer, usize::MAX);
                    self.client.say_again(&peer);
                }
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {
            FromHandler::Received(message) => self.on_message(peer, message),
            FromHandler::Sent(bytes) => {
                self.server.sent(&peer, bytes);
                self.serve(peer);
            }
            FromHandler::NotSpoken => self.client.gone(&peer, true),
            FromHandler::Broken => self.drop_peer(peer),
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        while let Poll::Ready(Some(finished)) = self.finished.poll_recv(cx) {
            self.on_finished(finished);
        }
        self.pump();
        match self.queue.pop_front() {
            Some(event) => Poll::Ready(event),
            None => Poll::Pending,
        }
    }
}
