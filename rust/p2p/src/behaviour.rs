//! All protocols that a node speaks.

use crate::abi::{hermes_p2p_dht as Dht, hermes_p2p_mode as Mode};
use crate::bitswap;
use crate::config::Config;
use crate::incoming;
use crate::pubsub::{self, Pubsub};
use crate::records::{MAX_VALUE, PROVIDER_TTL, TableView};
use crate::shared::Shared;
use libp2p::allow_block_list::{self, BlockedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::kad::{self, BucketInserts, StoreInserts};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{
    StreamProtocol, autonat, dcutr, identify, mdns, memory_connection_limits, ping, relay,
};
use std::sync::Arc;
use std::time::Duration;

pub type Table = kad::Behaviour<TableView>;

#[derive(NetworkBehaviour)]
pub struct Protocols {
    // First: what is refused here, the others do not hear of.
    pub incoming: Toggle<incoming::Behaviour>,
    pub limits: connection_limits::Behaviour,
    pub memory: Toggle<memory_connection_limits::Behaviour>,
    pub blocked: allow_block_list::Behaviour<BlockedPeers>,
    pub identify: identify::Behaviour,
    pub ping: ping::Behaviour,
    pub pubsub: Pubsub,
    pub wan: Toggle<Table>,
    pub lan: Toggle<Table>,
    pub app: Toggle<Table>,
    pub bitswap: bitswap::Behaviour,
    pub mdns: Toggle<mdns::tokio::Behaviour>,
    pub relay_client: Toggle<relay::client::Behaviour>,
    pub relay: Toggle<relay::Behaviour>,
    pub dcutr: Toggle<dcutr::Behaviour>,
    pub autonat_client: Toggle<autonat::v2::client::Behaviour>,
    pub autonat_server: Toggle<autonat::v2::server::Behaviour>,
}

pub const fn protocol(dht: Dht) -> StreamProtocol {
    StreamProtocol::new(match dht {
        Dht::Wan => "/ipfs/kad/1.0.0",
        Dht::Lan => "/ipfs/lan/kad/1.0.0",
        Dht::App => "/hermes/kad/1.0.0",
    })
}

impl Protocols {
    /// Within a runtime.
    pub fn new(
        shared: &Arc<Shared>,
        relay_client: Option<relay::client::Behaviour>,
    ) -> Result<Self, String> {
        let config = &shared.config;
        let me = shared.peer;
        let memory = match config.max_memory {
            0 => None,
            most => Some(memory_connection_limits::Behaviour::with_max_bytes(
                most as usize,
            )),
        };
        let mdns = match config.mdns {
            true => Some(
                mdns::tokio::Behaviour::new(mdns::Config::default(), me)
                    .map_err(|why| format!("multicast DNS: {why}"))?,
            ),
            false => None,
        };
        Ok(Protocols {
            incoming: (!config.one_host)
                .then(|| incoming::Behaviour::new(incoming_of_one_address(config)))
                .into(),
            limits: connection_limits::Behaviour::new(limits(config)),
            memory: memory.into(),
            blocked: allow_block_list::Behaviour::default(),
            identify: identify::Behaviour::new(
                identify::Config::new("ipfs/0.1.0".into(), config.key.public())
                    .with_agent_version(config.agent.clone())
                    .with_push_listen_addr_updates(true),
            ),
            ping: ping::Behaviour::new(ping::Config::new()),
            pubsub: pubsub::build(config)?,
            wan: table(shared, Dht::Wan).into(),
            lan: table(shared, Dht::Lan).into(),
            app: table(shared, Dht::App).into(),
            bitswap: bitswap::Behaviour::new(shared.clone()),
            mdns: mdns.into(),
            dcutr: relay_client
                .as_ref()
                .map(|_| dcutr::Behaviour::new(me))
                .into(),
            relay_client: relay_client.into(),
            relay: config
                .relay
                .then(|| relay::Behaviour::new(me, relay::Config::default()))
                .into(),
            autonat_client: config.autonat.then(|| autonat_client(config)).into(),
            autonat_server: config.autonat.then(Default::default).into(),
        })
    }

    pub fn table(&mut self, dht: Dht) -> Option<&mut Table> {
        match dht {
            Dht::Wan => self.wan.as_mut(),
            Dht::Lan => self.lan.as_mut(),
            Dht::App => self.app.as_mut(),
        }
    }
}

/// Where there is nothing to ask, it wakes all the same.
fn autonat_client(config: &Config) -> autonat::v2::client::Behaviour {
    let settings = autonat::v2::client::Config::default().with_probe_interval(config.probe_every);
    autonat::v2::client::Behaviour::new(rand::make_rng(), settings)
}

fn limits(config: &Config) -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(config.max_incoming))
        .with_max_established(Some(config.max_connections))
        // Some are left for those that we dial.
        .with_max_established_incoming(Some(config.max_connections - config.max_connections / 4))
        .with_max_established_per_peer(Some(config.max_connections_per_peer))
}

/// So that several have to come together to take all places.
fn incoming_of_one_address(config: &Config) -> usize {
    (config.max_incoming as usize / 8).max(1)
}

fn table(shared: &Arc<Shared>, dht: Dht) -> Option<Table> {
    if !shared.has(dht) {
        return None;
    }
    let mut config = kad::Config::new(protocol(dht));
    config
        .set_query_timeout(Duration::from_secs(60))
        .set_record_filtering(StoreInserts::FilterBoth)
        .set_kbucket_inserts(BucketInserts::OnConnected)
        .set_max_packet_size(MAX_VALUE + (32 << 10))
        // Whoever has put a record, or provides something, says so again.
        .set_replication_interval(None)
        .set_publication_interval(None)
        .set_provider_publication_interval(None)
        .set_provider_record_ttl(Some(PROVIDER_TTL));
    let view = TableView {
        dht,
        records: shared.records.clone(),
    };
    let mut table = Table::with_config(shared.peer, view, config);
    table.set_mode(Some(mode(&shared.config, dht, false)));
    Some(table)
}

/// How the node takes part in a table, by whether others can reach it. In a local network all can
/// reach each other.
pub fn mode(config: &Config, dht: Dht, is_reachable: bool) -> kad::Mode {
    match (config.mode, dht) {
        (Mode::Server, _) => kad::Mode::Server,
        (Mode::Client, _) => kad::Mode::Client,
        (Mode::Auto, Dht::Lan) => kad::Mode::Server,
        (Mode::Auto, Dht::App) if config.lan => kad::Mode::Server,
        (Mode::Auto, _) if is_reachable => kad::Mode::Server,
        (Mode::Auto, _) => kad::Mode::Client,
    }
}
