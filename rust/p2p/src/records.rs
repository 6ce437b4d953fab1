//! The records and providers that this node stores, of all three hash tables, bounded; and the view
//! of one table that its behaviour has.

use crate::abi::hermes_p2p_dht as Dht;
use crate::config::Config;
use crate::locked::Locked;
use libp2p::PeerId;
use libp2p::kad::store::{Error, RecordStore, Result};
use libp2p::kad::{ProviderRecord, Record, RecordKey};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const MAX_KEY: usize = 512;
pub const MAX_VALUE: usize = 64 << 10;
/// How many providers of a key are kept: those that came first and are alive.
const MAX_PROVIDERS_PER_KEY: usize = 64;
const MAX_ADDRESSES: usize = 16;
pub const PROVIDER_TTL: Duration = Duration::from_secs(48 * 60 * 60);

type Key = (Dht, Vec<u8>);

pub struct Records {
    me: PeerId,
    max: usize,
    max_bytes: u64,
    max_per_peer: usize,
    max_providers: usize,
    max_providers_per_peer: usize,

    records: BTreeMap<Key, Stored>,
    mine: Amount,
    of_others: Amount,
    of_peer: HashMap<PeerId, usize>,
    providers: BTreeMap<Key, Vec<ProviderRecord>>,
    provider_count: usize,
    provides: HashMap<PeerId, usize>,
}

struct Stored {
    record: Record,
    from: PeerId,
}

#[derive(Clone, Copy, Default)]
struct Amount {
    records: usize,
    bytes: u64,
}

impl Records {
    pub fn new(config: &Config, me: PeerId) -> Self {
        Records {
            me,
            max: config.max_records,
            max_bytes: config.max_record_bytes,
            max_per_peer: config.max_records_per_peer,
            max_providers: config.max_providers,
            max_providers_per_peer: config.max_providers_per_peer,
            records: BTreeMap::new(),
            mine: Amount::default(),
            of_others: Amount::default(),
            of_peer: HashMap::new(),
            providers: BTreeMap::new(),
            provider_count: 0,
            provides: HashMap::new(),
        }
    }

    /// Records, their bytes, providers.
    pub fn counts(&self) -> (usize, u64, usize) {
        let bytes = self.mine.bytes + self.of_others.bytes;
        (self.records.len(), bytes, self.provider_count)
    }

    /// In place of what is there for the key. `from` has sent it; what others send takes no place
    /// from this node's own.
    pub fn insert(&mut self, dht: Dht, record: Record, from: PeerId) -> Result<()> {
        if record.key.as_ref().len() > MAX_KEY || record.value.len() > MAX_VALUE {
            return Err(Error::ValueTooLarge);
        }
        let key = (dht, record.key.to_vec());
        let before = self.take(&key);
        let of_peer = self.of_peer.get(&from).copied().unwrap_or(0);
        let amount = *self.amount(&from);
        let full = amount.records >= self.max
            || amount.bytes + size(&record) > self.max_bytes
            || (from != self.me && of_peer >= self.max_per_peer);
        match (full, before) {
            (true, Some(before)) => {
                self.add(key, before);
                Err(Error::MaxRecords)
            }
            (true, None) => Err(Error::MaxRecords),
            (false, _) => {
                self.add(key, Stored { record, from });
                Ok(())
            }
        }
    }

    pub fn remove(&mut self, dht: Dht, key: &[u8]) -> bool {
        self.take(&(dht, key.to_vec())).is_some()
    }

    pub fn add_provider(&mut self, dht: Dht, mut record: ProviderRecord) -> Result<()> {
        if record.key.as_ref().len() > MAX_KEY {
            return Err(Error::ValueTooLarge);
        }
        record.addresses.truncate(MAX_ADDRESSES);
        let mine = record.provider == self.me;
        let key = (dht, record.key.to_vec());
        let of_key = self.providers.get_mut(&key);
        let same = of_key.and_then(|all| all.iter_mut().find(|one| **one == record));
        if let Some(same) = same {
            *same = record;
            return Ok(());
        }
        let count = self.provides.get(&record.provider).copied().unwrap_or(0);
        let of_key = self.providers.get(&key).map_or(0, Vec::len);
        let full = self.provider_count >= self.max_providers
            || count >= self.max_providers_per_peer
            || of_key >= MAX_PROVIDERS_PER_KEY;
        if full && !mine {
            return Err(Error::MaxProvidedKeys);
        }
        *self.provides.entry(record.provider).or_default() += 1;
        self.provider_count += 1;
        self.providers.entry(key).or_default().push(record);
        Ok(())
    }

    pub fn remove_provider(&mut self, dht: Dht, key: &[u8], provider: &PeerId) -> bool {
        let key = (dht, key.to_vec());
        let Some(all) = self.providers.get_mut(&key) else {
            return false;
        };
        let Some(at) = all.iter().position(|one| one.provider == *provider) else {
            return false;
        };
        all.swap_remove(at);
        if all.is_empty() {
            self.providers.remove(&key);
        }
        self.provider_count -= 1;
        less(&mut self.provides, provider);
        true
    }

    /// Drops what has expired.
    pub fn expire(&mut self, now: Instant) {
        let expired: Vec<Key> = self
            .records
            .iter()
            .filter(|(_, stored)| stored.record.is_expired(now))
            .map(|(key, _)| key.clone())
            .collect();
        for key in expired {
            self.take(&key);
        }
        let expired: Vec<(Key, PeerId)> = self
            .providers
            .iter()
            .flat_map(|(key, all)| all.iter().map(move |one| (key, one)))
            .filter(|(_, one)| one.is_expired(now))
            .map(|(key, one)| (key.clone(), one.provider))
            .collect();
        for ((dht, key), provider) in expired {
            self.remove_provider(dht, &key, &provider);
        }
    }

    fn amount(&mut self, from: &PeerId) -> &mut Amount {
        match *from == self.me {
            true => &mut self.mine,
            false => &mut self.of_others,
        }
    }

    fn add(&mut self, key: Key, stored: Stored) {
        let amount = self.amount(&stored.from);
        amount.records += 1;
        amount.bytes += size(&stored.record);
        *self.of_peer.entry(stored.from).or_default() += 1;
        self.records.insert(key, stored);
    }

    fn take(&mut self, key: &Key) -> Option<Stored> {
        let stored = self.records.remove(key)?;
        let amount = self.amount(&stored.from);
        amount.records -= 1;
        amount.bytes -= size(&stored.record);
        less(&mut self.of_peer, &stored.from);
        Some(stored)
    }
}

fn size(record: &Record) -> u64 {
    (record.key.as_ref().len() + record.value.len()) as u64
}

fn less(counts: &mut HashMap<PeerId, usize>, peer: &PeerId) {
    match counts.get_mut(peer) {
        Some(count) if *count > 1 => *count -= 1,
        _ => drop(counts.remove(peer)),
    }
}

/// Of the records, those of one hash table.
pub struct TableView {
    pub dht: Dht,
    pub records: Arc<Mutex<Records>>,
}

impl RecordStore for TableView {
    type RecordsIter<'a> = std::vec::IntoIter<Cow<'a, Record>>;
    type ProvidedIter<'a> = std::vec::IntoIter<Cow<'a, ProviderRecord>>;

    fn get(&self, key: &RecordKey) -> Option<Cow<'_, Record>> {
        let records = self.records.locked();
        let stored = records.records.get(&(self.dht, key.to_vec()))?;
        Some(Cow::Owned(stored.record.clone()))
    }

    fn put(&mut self, record: Record) -> Result<()> {
        let mut records = self.records.locked();
        let me = records.me;
        records.insert(self.dht, record, me)
    }

    fn remove(&mut self, key: &RecordKey) {
        self.records.locked().remove(self.dht, key.as_ref());
    }

    fn records(&self) -> Self::RecordsIter<'_> {
        let records = self.records.locked();
        let of_table = records.records.iter().filter(|(key, _)| key.0 == self.dht);
        let all: Vec<_> = of_table
            .map(|(_, stored)| Cow::Owned(stored.record.clone()))
            .collect();
        all.into_iter()
    }

    fn add_provider(&mut self, record: ProviderRecord) -> Result<()> {
        self.records.locked().add_provider(self.dht, record)
    }

    fn providers(&self, key: &RecordKey) -> Vec<ProviderRecord> {
        let records = self.records.locked();
        let all = records.providers.get(&(self.dht, key.to_vec()));
        all.cloned().unwrap_or_default()
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        let records = self.records.locked();
        let of_table = records
            .providers
            .iter()
            .filter(|(key, _)| key.0 == self.dht);
        let mine: Vec<_> = of_table
            .flat_map(|(_, all)| all.iter().filter(|one| one.provider == records.me))
            .map(|one| Cow::Owned(one.clone()))
            .collect();
        mine.into_iter()
    }

    fn remove_provider(&mut self, key: &RecordKey, provider: &PeerId) {
        let mut records = self.records.locked();
        records.remove_provider(self.dht, key.as_ref(), provider);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> (Records, PeerId) {
        let me = PeerId::random();
        let mut config = crate::testing::config();
        config.max_records = 4;
        config.max_records_per_peer = 2;
        config.max_record_bytes = 100;
        config.max_providers = 4;
        config.max_providers_per_peer = 2;
        (Records::new(&config, me), me)
    }

    fn record(key: &str, bytes: usize) -> Record {
        Record::new(key.as_bytes().to_vec(), vec![7; bytes])
    }

    #[test]
    fn a_peer_has_a_share() {
        let (mut records, me) = records();
        let (a, b) = (PeerId::random(), PeerId::random());
        records.insert(Dht::App, record("1", 1), a).unwrap();
        records.insert(Dht::App, record("2", 1), a).unwrap();
        assert!(records.insert(Dht::App, record("3", 1), a).is_err());
        records.insert(Dht::App, record("2", 5), a).unwrap();
        records.insert(Dht::App, record("3", 1), b).unwrap();
        records.insert(Dht::Lan, record("3", 1), b).unwrap();
        let c = PeerId::random();
        assert!(records.insert(Dht::App, record("4", 1), c).is_err());
        assert_eq!(records.counts(), (4, 4 + 8, 0));
        assert!(records.remove(Dht::App, b"2"));
        assert!(!records.remove(Dht::App, b"2"));
        records.insert(Dht::App, record("4", 1), c).unwrap();
        // Of its own the node stores as much.
        for key in ["m", "n", "o", "p"] {
            records.insert(Dht::App, record(key, 1), me).unwrap();
        }
        assert!(records.insert(Dht::App, record("q", 1), me).is_err());
    }

    #[test]
    fn bytes_are_bounded_and_a_refused_value_leaves_the_old_one() {
        let (mut records, me) = records();
        records.insert(Dht::App, record("k", 50), me).unwrap();
        assert!(records.insert(Dht::App, record("k", 100), me).is_err());
        assert_eq!(records.counts().1, 51);
        assert!(records.insert(Dht::App, record("l", 50), me).is_err());
        let other = PeerId::random();
        records.insert(Dht::App, record("l", 50), other).unwrap();
        let mut large = record("m", 0);
        large.value = vec![0; MAX_VALUE + 1];
        assert!(records.insert(Dht::App, large, me).is_err());
    }

    #[test]
    fn providers_are_bounded() {
        let (mut records, me) = records();
        let a = PeerId::random();
        let of = |key: &str, peer| ProviderRecord::new(key.as_bytes().to_vec(), peer, vec![]);
        records.add_provider(Dht::App, of("1", a)).unwrap();
        records.add_provider(Dht::App, of("1", a)).unwrap();
        records.add_provider(Dht::App, of("2", a)).unwrap();
        assert!(records.add_provider(Dht::App, of("3", a)).is_err());
        for key in ["3", "4", "5", "6"] {
            records.add_provider(Dht::App, of(key, me)).unwrap();
        }
        assert_eq!(records.counts().2, 6);
        assert!(records.remove_provider(Dht::App, b"1", &a));
        assert_eq!(records.counts().2, 5);
    }

    #[test]
    fn what_has_expired_is_dropped() {
        let (mut records, me) = records();
        let now = Instant::now();
        let mut short = record("k", 1);
        short.expires = Some(now);
        records.insert(Dht::App, short, me).unwrap();
        let mut provider = ProviderRecord::new(b"k".to_vec(), me, vec![]);
        provider.expires = Some(now + Duration::from_secs(1));
        records.add_provider(Dht::App, provider).unwrap();
        records.expire(now);
        assert_eq!(records.counts(), (0, 0, 1));
        records.expire(now + Duration::from_secs(1));
        assert_eq!(records.counts(), (0, 0, 0));
    }
}
