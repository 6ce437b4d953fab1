//! The task that owns the swarm: it does what C++ asks, and tells what happens.
//!
//! | module | what it does |
//! |---|---|
//! | `peers` | addresses, connections, the block list |
//! | `listeners` | where the node listens |
//! | `reach` | whether others can reach it, and through which relays |
//! | `topics` | publish and subscribe |
//! | `tables` | the hash tables |
//! | `swarm` | what the swarm says |

mod listeners;
mod peers;
mod reach;
mod swarm;
mod tables;
mod topics;

use crate::abi::hermes_p2p_status as Status;
use crate::behaviour::Protocols;
use crate::bitswap;
use crate::book::Book;
use crate::bootstrap::Bootstrap;
use crate::command::{Command, Work};
use crate::event::Event;
use crate::locked::Locked;
use crate::shared::Shared;
use crate::transport;
use futures::StreamExt;
use futures::future::poll_fn;
use libp2p::swarm::{Config, ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, relay};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Done in a row before the swarm has its turn.
const COMMANDS_AT_ONCE: usize = 64;
/// The node looks after what has come due so long after something has happened, and again and again
/// while it waits for something.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// And so often while nothing happens.
const LOOK_IDLE: Duration = Duration::from_secs(5);
const EXPIRE_EVERY: Duration = Duration::from_secs(60);

pub struct Driver {
    shared: Arc<Shared>,
    generation: u64,
    swarm: Swarm<Protocols>,
    listeners: listeners::Listeners,
    dials: HashMap<ConnectionId, peers::Dial>,
    peers: HashMap<PeerId, peers::Known>,
    queries: tables::Queries,
    full_topics: topics::FullTopics,
    book: Book,
    bootstrap: Bootstrap,
    look_at: Instant,
    expire_at: Instant,
    reach: reach::Reach,
}

impl Driver {
    /// Within a runtime. Listens, subscribes and blocks as before a failure.
    pub fn new(shared: Arc<Shared>, generation: u64) -> Result<Self, String> {
        let config = &shared.config;
        let (relay_transport, relay_client) = match config.hole_punching {
            true => {
                let (transport, behaviour) = relay::client::new(shared.peer);
                (Some(transport), Some(behaviour))
            }
            false => (None, None),
        };
        let transport = transport::build(config, relay_transport).map_err(|why| why.to_string())?;
        let protocols = Protocols::new(&shared, relay_client)?;
        let settings = Config::with_tokio_executor()
            .with_idle_connection_timeout(config.idle)
            .with_max_negotiating_inbound_streams(128);
        let swarm = Swarm::new(transport, protocols, shared.peer, settings);
        let bootstrap = {
            let desired = shared.desired.locked();
            Bootstrap::new(&desired.bootstrap, Instant::now())
        };
        let mut driver = Driver {
            shared,
            generation,
            swarm,
            listeners: listeners::Listeners::default(),
            dials: HashMap::new(),
            peers: HashMap::new(),
            queries: tables::Queries::default(),
            full_topics: topics::FullTopics::default(),
            book: Book::default(),
            bootstrap,
            look_at: Instant::now(),
            expire_at: Instant::now() + EXPIRE_EVERY,
            reach: reach::Reach::new(Instant::now()),
        };
        driver.block_as_desired();
        driver.subscribe_as_desired();
        driver.listen_as_desired();
        driver.reach_changed();
        driver.count_relays();
        Ok(driver)
    }

    /// Until the node stops, or another has taken its place.
    pub async fn run(mut self) {
        let shared = self.shared.clone();
        while !shared.is_stopping() && shared.generation.load(Ordering::SeqCst) == self.generation {
            shared.pulse.fetch_add(1, Ordering::Relaxed);
            self.take_commands();
            let deadline = shared.requests.next_deadline();
            tokio::select! {
                event = next_of(&mut self.swarm) => {
                    self.on_swarm(event);
                    self.look_soon();
                }
                () = shared.inbox.arrived.notified() => self.look_soon(),
                () = shared.lent.returned.notified() => {}
                () = until(deadline) => self.expire(),
                () = until(Some(self.look_at)) => self.look(),
            }
        }
    }

    fn take_commands(&mut self) {
        for _ in 0..COMMANDS_AT_ONCE {
            match self.shared.inbox.take() {
                Some(command) => self.command(command),
                None => return,
            }
        }
        // There may be more.
        self.shared.inbox.arrived.notify_one();
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Do(request, work) => {
                if self.shared.requests.take(request) {
                    self.work(request, work);
                }
            }
            Command::Abandon(request) => self.abandon(request),
            Command::Verdict(offered, verdict) => self.verdict(offered, verdict),
            Command::EndSession(session) => {
                for request in self.swarm.behaviour_mut().bitswap.end_session(session) {
                    self.end(request, Status::Cancelled);
                }
            }
            Command::Announce(cids) => self.swarm.behaviour_mut().bitswap.announce(&cids),
            #[cfg(test)]
            Command::Panic => panic!("asked to"),
            #[cfg(test)]
            Command::Hang(until) => drop(until.recv()),
        }
    }

    fn work(&mut self, request: u64, work: Work) {
        match work {
            Work::Listen(address) => self.listen(request, address),
            Work::Unlisten(address) => self.unlisten(request, &address),
            Work::Addresses => self.tell_addresses(request),
            Work::Peers => self.tell_peers(request),
            Work::Dial(peer, addresses) => self.dial(request, peer, addresses),
            Work::Disconnect(peer) => self.disconnect(request, peer),
            Work::Block(peer, until) => self.block(request, peer, until),
            Work::Unblock(peer) => self.unblock(request, peer),
            Work::Score(peer) => self.tell_score(request, peer),
            Work::Bootstrap(addresses) => self.set_bootstrap(request, addresses),
            Work::Subscribe(topic, scoring) => self.subscribe(request, topic, scoring),
            Work::Unsubscribe(topic) => self.unsubscribe(request, &topic),
            Work::Publish(topic, data) => self.publish(request, &topic, data),
            Work::Dht(dht, work) => self.dht_work(request, dht, work),
            Work::Fetch {
                session,
                cids,
                providers,
            } => {
                let bitswap = &mut self.swarm.behaviour_mut().bitswap;
                bitswap.fetch(request, session, cids, providers);
            }
        }
    }

    /// The request has ended, for a reason of its own.
    fn abandon(&mut self, request: u64) {
        self.swarm.behaviour_mut().bitswap.abandon(request);
        self.abandon_query(request);
        self.abandon_dial(request);
        self.abandon_listen(request);
    }

    fn end(&self, request: u64, status: Status) {
        self.shared.requests.end(request, Event::done(status));
    }

    fn fail(&self, request: u64, status: Status, why: impl ToString) {
        let event = Event::failed(status, why);
        self.shared.requests.end(request, event);
    }

    fn expire(&mut self) {
        for request in self.shared.requests.expire(Instant::now()) {
            self.abandon(request);
        }
    }

    fn look_soon(&mut self) {
        self.look_at = self.look_at.min(Instant::now() + LOOK_AFTER);
    }

    /// A node that does nothing seldom wakes for it.
    fn look(&mut self) {
        let now = Instant::now();
        self.swarm.behaviour_mut().bitswap.tick(now);
        self.ignore_late(now);
        self.listen_again(now);
        self.unblock_expired(now);
        self.bootstrap(now);
        self.ask_relays(now);
        self.close_needless();
        self.send_off_the_worst();
        self.count();
        if self.expire_at <= now {
            self.shared.records.locked().expire(now);
            self.expire_at = now + EXPIRE_EVERY;
        }
        let wants = self.swarm.behaviour().bitswap.wants_any();
        let idle = LOOK_IDLE.min(self.shared.config.hang / 2);
        self.look_at = match wants || self.shared.verdicts.await_any() {
            true => now + LOOK_AFTER.min(idle),
            false => now + idle,
        };
    }

    fn bootstrap(&mut self, now: Instant) {
        let swarm = &self.swarm;
        let connected = swarm.connected_peers().count();
        let due = self
            .bootstrap
            .due(now, connected, |peer| swarm.is_connected(peer));
        for (peer, addresses) in due {
            self.dial_quietly(peer, addresses);
        }
    }

    fn on_bitswap(&mut self, event: bitswap::Event) {
        use crate::abi::hermes_p2p_event_kind as Kind;
        match event {
            bitswap::Event::Block {
                request,
                cid,
                status,
                block,
                loan,
            } => {
                let event = Event {
                    status,
                    key: cid.bytes().clone(),
                    value: block,
                    loan,
                    ..Event::new(Kind::Block)
                };
                self.shared.requests.progress(request, event);
            }
            bitswap::Event::Done(request, status) => self.end(request, status),
            bitswap::Event::Dial(peer) => self.dial_quietly(peer, Vec::new()),
        }
    }

    fn known(&self, peer: &PeerId) -> Vec<Multiaddr> {
        self.book.of(peer)
    }
}

/// Gossipsub sets its timers anew without looking at them again, so that nobody would be woken when
/// they go off: who has nothing to say is asked twice.
async fn next_of(swarm: &mut Swarm<Protocols>) -> Happened {
    poll_fn(|cx| match swarm.poll_next_unpin(cx) {
        Poll::Pending => swarm.poll_next_unpin(cx),
        ready => ready,
    })
    .await
    .expect("a swarm has no end")
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

type Happened = SwarmEvent<crate::behaviour::ProtocolsEvent>;
