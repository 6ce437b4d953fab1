//! Publish and subscribe.

use super::Driver;
use crate::abi::{
    hermes_p2p_event_kind as Kind, hermes_p2p_status as Status, hermes_p2p_verdict as Verdict,
};
use crate::event::Event;
use crate::locked::Locked;
use crate::pubsub::{Scoring, sequence_of, topic};
use crate::verdicts::Offered;
use bytes::Bytes;
use libp2p::PeerId;
use libp2p::gossipsub::{self, MessageAcceptance, MessageId, PublishError, TopicHash};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Where the queues of all peers were full a moment ago.
///
/// Gossipsub signs what nobody has room for, and remembers it to tell of it all the same: so it is
/// not tried for a while.
#[derive(Default)]
pub struct FullTopics {
    until: HashMap<String, Instant>,
}

impl FullTopics {
    const PAUSE: Duration = Duration::from_millis(30);

    fn note(&mut self, topic: &str, now: Instant) {
        self.until.retain(|_, until| now < *until);
        self.until.insert(topic.into(), now + Self::PAUSE);
    }

    fn has(&self, topic: &str, now: Instant) -> bool {
        self.until.get(topic).is_some_and(|until| now < *until)
    }
}

impl Driver {
    pub(super) fn subscribe(&mut self, request: u64, name: String, scoring: Scoring) {
        let mut desired = self.shared.desired.locked();
        let is_new = !desired.topics.contains_key(&name);
        if is_new && desired.topics.len() >= self.shared.config.max_topics {
            drop(desired);
            return self.fail(request, Status::Refused, "too many topics");
        }
        desired.topics.insert(name.clone(), scoring);
        drop(desired);
        self.listen_to(&name, scoring);
        if is_new {
            self.tell_subscribers(&name);
        }
        self.end(request, Status::Ok);
    }

    fn listen_to(&mut self, name: &str, scoring: Scoring) {
        let pubsub = &mut self.swarm.behaviour_mut().pubsub;
        // Both fail only for what was checked before.
        let _ = pubsub.set_topic_params(topic(name), scoring.params());
        let _ = pubsub.subscribe(&topic(name));
    }

    pub(super) fn subscribe_as_desired(&mut self) {
        let topics = self.shared.desired.locked().topics.clone();
        for (name, scoring) in topics {
            self.listen_to(&name, scoring);
        }
    }

    /// Those that listened before we did.
    fn tell_subscribers(&mut self, name: &str) {
        let hash = topic(name).hash();
        let pubsub = &self.swarm.behaviour().pubsub;
        for (peer, topics) in pubsub.all_peers() {
            if topics.contains(&&hash) {
                self.post_subscriber(Kind::PeerSubscribed, *peer, &hash);
            }
        }
    }

    fn post_subscriber(&self, kind: Kind, peer: PeerId, hash: &TopicHash) {
        self.shared.outbox.post(Event {
            peer: Some(peer),
            key: Bytes::copy_from_slice(hash.as_str().as_bytes()),
            ..Event::new(kind)
        });
    }

    pub(super) fn unsubscribe(&mut self, request: u64, name: &str) {
        let was_there = self.shared.desired.locked().topics.remove(name);
        self.swarm.behaviour_mut().pubsub.unsubscribe(&topic(name));
        self.end(
            request,
            match was_there {
                Some(_) => Status::Ok,
                None => Status::NotFound,
            },
        );
    }

    pub(super) fn publish(&mut self, request: u64, name: &str, data: Vec<u8>) {
        let now = Instant::now();
        if self.full_topics.has(name, now) {
            return self.end(request, Status::Busy);
        }
        let pubsub = &mut self.swarm.behaviour_mut().pubsub;
        let status = match pubsub.publish(topic(name), data) {
            Ok(id) => {
                self.shared.stats.messages_published.add(1);
                let event = Event {
                    number: sequence_of(&id),
                    ..Event::done(Status::Ok)
                };
                self.shared.requests.end(request, event);
                return;
            }
            Err(PublishError::NoPeersSubscribedToTopic) => Status::Unreachable,
            Err(PublishError::AllQueuesFull(_)) => {
                self.full_topics.note(name, now);
                Status::Busy
            }
            Err(PublishError::MessageTooLarge) => Status::Refused,
            Err(why) => return self.fail(request, Status::Failed, why),
        };
        self.end(request, status);
    }

    pub(super) fn on_pubsub(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            } => self.on_message(propagation_source, message_id, message),
            gossipsub::Event::Subscribed { peer_id, topic } => {
                if self.listens_to(&topic) {
                    self.post_subscriber(Kind::PeerSubscribed, peer_id, &topic);
                }
            }
            gossipsub::Event::Unsubscribed { peer_id, topic } => {
                if self.listens_to(&topic) {
                    self.post_subscriber(Kind::PeerUnsubscribed, peer_id, &topic);
                }
            }
            gossipsub::Event::GossipsubNotSupported { .. } | gossipsub::Event::SlowPeer { .. } => {}
        }
    }

    fn listens_to(&self, hash: &TopicHash) -> bool {
        let desired = self.shared.desired.locked();
        desired.topics.contains_key(hash.as_str())
    }

    fn on_message(&mut self, from: PeerId, id: MessageId, message: gossipsub::Message) {
        let shared = self.shared.clone();
        shared.stats.messages_received.add(1);
        let offered = Offered::Message { id, from };
        if message.source == Some(shared.peer) {
            // Published before the node was started again. Who gives it back does no wrong.
            return self.verdict(offered, Verdict::Ignore);
        }
        let token = match shared.verdicts.await_one(offered, Instant::now()) {
            Ok(token) => token,
            Err(offered) => return self.verdict(offered, Verdict::Ignore),
        };
        let event = Event {
            token,
            peer: Some(from),
            author: message.source,
            number: message.sequence_number.unwrap_or_default(),
            key: Bytes::copy_from_slice(message.topic.as_str().as_bytes()),
            value: message.data.into(),
            ..Event::new(Kind::Message)
        };
        if !shared.outbox.post(event)
            && let Some(offered) = shared.verdicts.take(token)
        {
            self.verdict(offered, Verdict::Ignore);
        }
    }

    pub(super) fn verdict(&mut self, offered: Offered, verdict: Verdict) {
        match offered {
            Offered::Message { id, from } => {
                let acceptance = match verdict {
                    Verdict::Accept => MessageAcceptance::Accept,
                    Verdict::Ignore => MessageAcceptance::Ignore,
                    Verdict::Reject => {
                        self.shared.stats.messages_rejected.add(1);
                        MessageAcceptance::Reject
                    }
                };
                let pubsub = &mut self.swarm.behaviour_mut().pubsub;
                pubsub.report_message_validation_result(&id, &from, acceptance);
                if verdict == Verdict::Reject {
                    self.send_off_if_hopeless(from);
                }
            }
            Offered::Record { dht, record, from } => {
                if verdict == Verdict::Accept {
                    let mut records = self.shared.records.locked();
                    // One that finds no room is not stored; nobody waits to hear so.
                    if records.insert(dht, record, from).is_err() {
                        self.shared.stats.records_refused.add(1);
                    }
                }
            }
        }
    }

    pub(super) fn ignore_late(&mut self, now: Instant) {
        let late = self.shared.verdicts.expire(now);
        self.shared.stats.verdicts_late.add(late.len());
        for offered in late {
            self.verdict(offered, Verdict::Ignore);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_topic_is_tried_again_after_a_pause() {
        let mut full = FullTopics::default();
        let now = Instant::now();
        full.note("t", now);
        assert!(full.has("t", now + FullTopics::PAUSE / 2));
        assert!(!full.has("other", now));
        assert!(!full.has("t", now + FullTopics::PAUSE));
        full.note("other", now + FullTopics::PAUSE);
        assert_eq!(full.until.len(), 1);
    }
}
