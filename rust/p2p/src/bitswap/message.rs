//! A message of bitswap 1.2.
//!
//!   message   { 1: want-list  3: block …  4: presence … }
//!   want-list { 1: entry …  2: full }
//!   entry     { 1: cid  2: priority  3: cancel  4: want-type  5: send-dont-have }
//!   block     { 1: prefix  2: data }
//!   presence  { 1: cid  2: type }

use super::cid::{Cid, MAX_CID};
use super::wire::{
    Fields, Malformed, Value, bytes_field_len, put_bytes_field, put_number, put_number_field,
};
use bytes::{Bytes, BytesMut};

/// Of a frame, without its length.
pub const MAX_FRAME: usize = 4 << 20;
/// Of entries, blocks and presences, each; more in one message are not looked at.
pub const MAX_PARTS: usize = 8192;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub wants: Vec<Entry>,
    /// The wants replace those of before.
    pub full: bool,
    pub blocks: Vec<(Cid, Bytes)>,
    pub presences: Vec<(Bytes, bool)>,
    /// Blocks that are too large, or whose prefix is none that can be checked.
    pub unusable: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Of any kind, at most `MAX_CID` bytes.
    pub cid: Bytes,
    pub priority: i32,
    pub cancel: bool,
    /// Whether we have it is all that is asked.
    pub have_only: bool,
    pub send_dont_have: bool,
}

impl Message {
    pub fn is_empty(&self) -> bool {
        self.wants.is_empty() && !self.full && self.blocks.is_empty() && self.presences.is_empty()
    }

    /// Hashes the blocks.
    pub fn decode(frame: Bytes) -> Result<Message, Malformed> {
        let mut message = Message::default();
        let frame_len = frame.len();
        let mut fields = Fields::of(frame);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(list)) => message.decode_wants(list)?,
                (3, Value::Bytes(block)) if message.blocks.len() < MAX_PARTS => {
                    message.decode_block(block, frame_len)?
                }
                (4, Value::Bytes(presence)) if message.presences.len() < MAX_PARTS => {
                    message.decode_presence(presence)?
                }
                _ => {}
            }
        }
        Ok(message)
    }

    pub fn encode(&self) -> Bytes {
        let blocks: usize = self.blocks.iter().map(|(_, data)| data.len() + 64).sum();
        let parts = self.wants.len() + self.presences.len();
        let mut out = BytesMut::with_capacity(blocks + 64 * parts + 16);
        let mut part = BytesMut::new();
        if self.full || !self.wants.is_empty() {
            let mut list = BytesMut::new();
            for want in &self.wants {
                part.clear();
                put_bytes_field(&mut part, 1, &want.cid);
                put_number_field(&mut part, 2, want.priority.max(0) as u64);
                put_number_field(&mut part, 3, want.cancel.into());
                put_number_field(&mut part, 4, want.have_only.into());
                put_number_field(&mut part, 5, want.send_dont_have.into());
                put_bytes_field(&mut list, 1, &part);
            }
            put_number_field(&mut list, 2, self.full.into());
            put_bytes_field(&mut out, 1, &list);
        }
        for (cid, data) in &self.blocks {
            // As a field of bytes, but without copying the data twice.
            let prefix = cid.prefix();
            let len = bytes_field_len(&prefix) + bytes_field_len(data);
            put_number(&mut out, 3 << 3 | 2);
            put_number(&mut out, len as u64);
            put_bytes_field(&mut out, 1, &prefix);
            put_bytes_field(&mut out, 2, data);
        }
        for (cid, have) in &self.presences {
            part.clear();
            put_bytes_field(&mut part, 1, cid);
            put_number_field(&mut part, 2, (!have).into());
            put_bytes_field(&mut out, 4, &part);
        }
        out.freeze()
    }

    fn decode_wants(&mut self, list: Bytes) -> Result<(), Malformed> {
        let mut fields = Fields::of(list);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(entry)) if self.wants.len() < MAX_PARTS => {
                    self.wants.extend(Entry::decode(entry)?)
                }
                (2, Value::Number(full)) => self.full = full != 0,
                _ => {}
            }
        }
        Ok(())
    }

    fn decode_block(&mut self, block: Bytes, frame_len: usize) -> Result<(), Malformed> {
        let (mut prefix, mut data) = (Bytes::new(), Bytes::new());
        let mut fields = Fields::of(block);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(bytes)) => prefix = bytes,
                (2, Value::Bytes(bytes)) => data = bytes,
                _ => {}
            }
        }
        // A small block does not keep the whole frame in memory.
        if data.len() * 2 < frame_len {
            data = Bytes::copy_from_slice(&data);
        }
        match Cid::of(&prefix, &data) {
            Some(cid) => self.blocks.push((cid, data)),
            None => self.unusable += 1,
        }
        Ok(())
    }

    fn decode_presence(&mut self, presence: Bytes) -> Result<(), Malformed> {
        let (mut cid, mut kind) = (Bytes::new(), 0);
        let mut fields = Fields::of(presence);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(bytes)) => cid = bytes,
                (2, Value::Number(number)) => kind = number,
                _ => {}
            }
        }
        if cid.len() <= MAX_CID && kind <= 1 {
            self.presences
                .push((Bytes::copy_from_slice(&cid), kind == 0));
        }
        Ok(())
    }
}

impl Entry {
    /// None for a CID that is too long to be one.
    fn decode(entry: Bytes) -> Result<Option<Entry>, Malformed> {
        let mut decoded = Entry::default();
        let mut fields = Fields::of(entry);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(cid)) if cid.len() > MAX_CID => return Ok(None),
                (1, Value::Bytes(cid)) => decoded.cid = Bytes::copy_from_slice(&cid),
                (2, Value::Number(priority)) => decoded.priority = priority as i32,
                (3, Value::Number(cancel)) => decoded.cancel = cancel != 0,
                (4, Value::Number(kind)) => decoded.have_only = kind == 1,
                (5, Value::Number(send)) => decoded.send_dont_have = send != 0,
                _ => {}
            }
        }
        Ok(Some(decoded))
    }
}

#[cfg(test)]
mod tests {
    use super::super::cid::tests::raw;
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn sample() -> Message {
        let block = Bytes::from_static(b"a block");
        Message {
            wants: vec![
                Entry {
                    cid: raw(b"1").bytes().clone(),
                    priority: 7,
                    cancel: false,
                    have_only: true,
                    send_dont_have: true,
                },
                Entry {
                    cid: raw(b"2").bytes().clone(),
                    cancel: true,
                    ..Entry::default()
                },
            ],
            full: true,
            blocks: vec![
                (raw(&block), block.clone()),
                (Cid::of(&[0, 0x70, 0x12, 0x20], &block).unwrap(), block),
            ],
            presences: vec![
                (raw(b"3").bytes().clone(), true),
                (raw(b"4").bytes().clone(), false),
            ],
            unusable: 0,
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let message = sample();
        assert_eq!(Message::decode(message.encode()), Ok(message));
        assert_eq!(Message::decode(Bytes::new()), Ok(Message::default()));
    }

    #[test]
    fn bytes_are_those_of_others() {
        // Made by boxo: a want-have of a CID of version 0, with priority 1, asking for DONT_HAVE.
        let mut frame = vec![0x0a, 0x2c, 0x0a, 0x2a, 0x0a, 0x22, 0x12, 0x20];
        frame.extend([5; 32]);
        frame.extend([0x10, 0x01, 0x20, 0x01, 0x28, 0x01]);
        let message = Message::decode(frame.clone().into()).unwrap();
        assert_eq!(message.wants.len(), 1);
        assert!(message.wants[0].have_only && message.wants[0].send_dont_have);
        assert_eq!(message.encode(), frame);
    }

    #[test]
    fn a_block_that_is_not_what_its_prefix_says_has_another_cid() {
        let message = sample();
        let mut frame = message.encode().to_vec();
        let at = frame
            .windows(7)
            .position(|part| part == b"a block")
            .unwrap();
        frame[at] ^= 1;
        let decoded = Message::decode(frame.into()).unwrap();
        assert_ne!(decoded.blocks[0].0, message.blocks[0].0);
    }

    #[test]
    fn parts_are_bounded() {
        let mut message = sample();
        message.wants = vec![message.wants[0].clone(); MAX_PARTS + 9];
        message.presences = vec![message.presences[0].clone(); MAX_PARTS + 9];
        let decoded = Message::decode(message.encode()).unwrap();
        assert_eq!(decoded.wants.len(), MAX_PARTS);
        assert_eq!(decoded.presences.len(), MAX_PARTS);
        message.wants[0].cid = vec![1; MAX_CID + 1].into();
        let decoded = Message::decode(message.encode()).unwrap();
        assert_eq!(decoded.wants.len(), MAX_PARTS);
    }

    #[test]
    fn no_input_is_too_much_for_it() {
        let mut random = StdRng::seed_from_u64(8);
        let frame = sample().encode();
        for len in 0..frame.len() {
            let _ = Message::decode(frame.slice(..len));
        }
        for _ in 0..20_000 {
            let mut bytes = frame.to_vec();
            for _ in 0..random.random_range(1..8) {
                match random.random_range(0..4) {
                    0 => {
                        let at = random.random_range(0..bytes.len());
                        bytes[at] = random.random();
                    }
                    1 => bytes.insert(random.random_range(0..=bytes.len()), random.random()),
                    2 if bytes.len() > 1 => drop(bytes.remove(random.random_range(0..bytes.len()))),
                    _ => {
                        let at = random.random_range(0..bytes.len());
                        let until = random.random_range(at..bytes.len().min(at + 16)) + 1;
                        let part = bytes[at..until].to_vec();
                        bytes.splice(at..at, part);
                    }
                }
            }
            let Ok(message) = Message::decode(bytes.clone().into()) else {
                continue;
            };
            // What it took is no more than what came, and can be said again.
            let size: usize = message.blocks.iter().map(|(_, data)| data.len()).sum();
            assert!(size <= bytes.len());
            let again = Message::decode(message.encode()).unwrap();
            assert_eq!(again.blocks, message.blocks);
            assert_eq!(again.presences, message.presences);
            assert_eq!(again.wants.len(), message.wants.len());
        }
    }
}
