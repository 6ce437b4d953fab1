//! Gossipsub, as others expect it: strict signatures, message ids as in Go, peers scored per topic,
//! nothing forwarded before a verdict.

use crate::abi::hermes_p2p_topic;
use crate::config::Config;
use libp2p::gossipsub::{
    Behaviour, CallbackSubscriptionFilter, ConfigBuilder, IdentTopic, IdentityTransform,
    MaxCountSubscriptionFilter, Message, MessageAuthenticity, MessageId, PeerScoreParams,
    PeerScoreThresholds, TopicHash, TopicScoreParams, ValidationMode,
};
use std::time::Duration;

pub const MAX_TOPIC: usize = 256;
pub const HEARTBEAT: Duration = Duration::from_secs(1);
/// What is published for a peer that takes it slowly, before it is dropped.
const WAITS: Duration = Duration::from_secs(30);
/// Of topics in one message of a peer.
const MAX_SUBSCRIPTIONS: usize = 1024;
/// Of subscriptions and gossip in one message of a peer: as many topics as that, or the 5,000 ids
/// that others tell of at once.
const MAX_CONTROL: usize = MAX_SUBSCRIPTIONS * (MAX_TOPIC + 16);
/// Nodes of libp2p in Rust take so much of it, if they have not been told otherwise. Of more they
/// close the stream, and the sender does not hear of that over Yamux: it waits for room in the
/// window, and nothing it publishes comes there any more.
const MAX_CONTROL_ELSEWHERE: usize = 16 << 10;
/// Ids in one message of ours, so that they fit there, each with what Protobuf puts before it.
const MAX_IDS: usize = 290;
const LONGEST_ID: usize = 44 + size_of::<u64>();
const _: () = assert!(MAX_IDS * (2 + LONGEST_ID) + MAX_TOPIC + 16 <= MAX_CONTROL_ELSEWHERE);
/// A message has a signature and more beside its data, and gossipsub counts as part of it what has
/// been read after it.
const BESIDE_DATA: usize = 16 << 10;

/// Below it nothing of a peer is looked at.
pub const GRAYLIST: f64 = -80.0;

pub type Filter = MaxCountSubscriptionFilter<CallbackSubscriptionFilter<fn(&TopicHash) -> bool>>;
pub type Pubsub = Behaviour<IdentityTransform, Filter>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    weight: f64,
    invalid_penalty: f64,
    first_delivery: f64,
}

impl Default for Scoring {
    fn default() -> Self {
        Scoring {
            weight: 0.5,
            invalid_penalty: 20.0,
            first_delivery: 0.5,
        }
    }
}

impl Scoring {
    /// None for numbers that make no sense.
    pub fn from_c(c: &hermes_p2p_topic) -> Option<Self> {
        let is_usable = |value: f64| (0.0..=1e6).contains(&value);
        if ![c.weight, c.invalid_penalty, c.first_delivery]
            .into_iter()
            .all(is_usable)
        {
            return None;
        }
        let or = |value: f64, default: f64| if value == 0.0 { default } else { value };
        let default = Scoring::default();
        Some(Scoring {
            weight: or(c.weight, default.weight),
            invalid_penalty: or(c.invalid_penalty, default.invalid_penalty),
            first_delivery: or(c.first_delivery, default.first_delivery),
        })
    }

    /// Delivering what others deliver too is no merit, and being long in the mesh only a small one:
    /// some invalid messages outweigh both.
    pub fn params(&self) -> TopicScoreParams {
        TopicScoreParams {
            topic_weight: self.weight,
            time_in_mesh_weight: 0.01,
            time_in_mesh_quantum: Duration::from_secs(1),
            time_in_mesh_cap: 300.0,
            first_message_deliveries_weight: self.first_delivery,
            first_message_deliveries_decay: 0.9,
            first_message_deliveries_cap: 100.0,
            mesh_message_deliveries_weight: 0.0,
            mesh_failure_penalty_weight: 0.0,
            invalid_message_deliveries_weight: -self.invalid_penalty,
            invalid_message_deliveries_decay: 0.99,
            ..TopicScoreParams::default()
        }
    }
}

pub fn build(config: &Config) -> Result<Pubsub, String> {
    let heartbeats = config.verdict_within.as_secs() + 5;
    let settings = ConfigBuilder::default()
        // Together with the decay of the scores, so that the node wakes once for both.
        .heartbeat_interval(HEARTBEAT)
        .heartbeat_initial_delay(Duration::ZERO)
        .validation_mode(ValidationMode::Strict)
        .validate_messages()
        // The driver passes over them.
        .allow_self_origin(true)
        .max_transmit_size(config.max_message + BESIDE_DATA)
        .publish_queue_duration(WAITS)
        .max_control_message_size(MAX_CONTROL)
        .max_control_messages_sent(MAX_IDS)
        // A verdict on a message that is no longer there would be lost.
        .history_length(heartbeats as usize)
        .message_id_fn(message_id)
        .build()
        .map_err(|why| why.to_string())?;
    let filter = Filter {
        filter: CallbackSubscriptionFilter(|topic| topic.as_str().len() <= MAX_TOPIC),
        max_subscribed_topics: config.max_topics_per_peer,
        max_subscriptions_per_request: MAX_SUBSCRIPTIONS.max(config.max_topics_per_peer),
    };
    let signed = MessageAuthenticity::Signed(config.key.clone());
    let mut pubsub = Pubsub::new_with_subscription_filter(signed, settings, filter)?;
    let mut scores = PeerScoreParams {
        // Who takes messages slower than they are published cannot help it, and stays in the mesh.
        slow_peer_weight: 0.0,
        ..PeerScoreParams::default()
    };
    if config.one_host {
        scores.ip_colocation_factor_weight = 0.0;
    }
    let thresholds = PeerScoreThresholds {
        gossip_threshold: -10.0,
        publish_threshold: -50.0,
        graylist_threshold: GRAYLIST,
        accept_px_threshold: 1000.0,
        opportunistic_graft_threshold: 1.0,
    };
    pubsub.with_peer_score(scores, thresholds)?;
    Ok(pubsub)
}

pub fn topic(name: &str) -> IdentTopic {
    IdentTopic::new(name)
}

/// As go-libp2p makes it: author and sequence.
fn message_id(message: &Message) -> MessageId {
    let mut id = message
        .source
        .map(|peer| peer.to_bytes())
        .unwrap_or_default();
    id.extend(message.sequence_number.unwrap_or_default().to_be_bytes());
    MessageId::from(id)
}

/// Which of the author's messages it is.
pub fn sequence_of(id: &MessageId) -> u64 {
    let sequence = id.0.last_chunk().copied();
    u64::from_be_bytes(sequence.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_invalid_messages_outweigh_all_merits() {
        let params = Scoring::default().params();
        let merits = params.time_in_mesh_cap * params.time_in_mesh_weight
            + params.first_message_deliveries_cap * params.first_message_deliveries_weight;
        let of_invalid = params.invalid_message_deliveries_weight * 4.0 * 4.0;
        assert!(params.topic_weight * (merits + of_invalid) < GRAYLIST);
    }

    #[test]
    fn scoring_is_checked() {
        let c = |weight| hermes_p2p_topic {
            weight,
            invalid_penalty: 0.0,
            first_delivery: 0.0,
        };
        assert_eq!(Scoring::from_c(&c(0.0)), Some(Scoring::default()));
        assert_eq!(Scoring::from_c(&c(2.0)).unwrap().weight, 2.0);
        assert_eq!(Scoring::from_c(&c(-1.0)), None);
        assert_eq!(Scoring::from_c(&c(f64::NAN)), None);
    }

    #[test]
    fn a_message_id_ends_with_the_sequence() {
        let author = libp2p::PeerId::random();
        let message = Message {
            source: Some(author),
            data: vec![],
            sequence_number: Some(0x0102),
            topic: topic("t").hash(),
        };
        let id = message_id(&message);
        assert!(id.0.starts_with(&author.to_bytes()));
        assert_eq!(sequence_of(&id), 0x0102);
    }
}
