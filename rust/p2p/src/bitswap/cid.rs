//! Content identifiers, as far as blocks are exchanged by them.
//!
//!   version 0   12 20 <digest>                          dag-pb, SHA-256
//!   version 1   01 <codec> <function> <length> <digest>
//!
//! A block comes with the *prefix* of its CID, all but the digest: the CID is what its bytes hash to.

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256, Sha512};

pub const MAX_BLOCK: usize = 2 << 20;
/// Of the binary form.
pub const MAX_CID: usize = 128;

const SHA2_256: u64 = 0x12;
const SHA2_512: u64 = 0x13;
const DAG_PB: u64 = 0x70;
const MIN_DIGEST: usize = 20;

/// Of SHA-256 or SHA-512: a CID that a block can be checked against.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cid(Bytes);

impl Cid {
    pub fn parse(bytes: &[u8]) -> Option<Cid> {
        Prefix::of_cid(bytes)?;
        Some(Cid(Bytes::copy_from_slice(bytes)))
    }

    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// What is sent before a block.
    pub fn prefix(&self) -> Bytes {
        match Prefix::of_cid(&self.0) {
            Some(prefix) if prefix.version == 1 => self.0.slice(..self.0.len() - prefix.digest),
            _ => Bytes::from_static(&[0, DAG_PB as u8, SHA2_256 as u8, 32]),
        }
    }

    /// The CID of a block, by the prefix that came with it.
    pub fn of(prefix: &[u8], block: &[u8]) -> Option<Cid> {
        if block.len() > MAX_BLOCK {
            return None;
        }
        let parsed = Prefix::parse(prefix)?;
        let mut cid = BytesMut::with_capacity(MAX_CID);
        match parsed.version {
            0 => cid.put_slice(&[SHA2_256 as u8, 32]),
            _ => cid.put_slice(prefix),
        }
        match parsed.function {
            SHA2_256 => cid.put_slice(&Sha256::digest(block)[..parsed.digest]),
            _ => cid.put_slice(&Sha512::digest(block)[..parsed.digest]),
        }
        Some(Cid(cid.freeze()))
    }
}

impl std::fmt::Debug for Cid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

struct Prefix {
    version: u64,
    function: u64,
    /// Its bytes.
    digest: usize,
}

impl Prefix {
    fn of_cid(cid: &[u8]) -> Option<Prefix> {
        if cid.len() == 34 && cid.starts_with(&[SHA2_256 as u8, 32]) {
            return Prefix::parse(&[0, DAG_PB as u8, SHA2_256 as u8, 32]);
        }
        let mut rest = cid;
        for _ in 0..4 {
            number(&mut rest)?;
        }
        let prefix = Prefix::parse(&cid[..cid.len() - rest.len()])?;
        (prefix.version == 1 && prefix.digest == rest.len()).then_some(prefix)
    }

    fn parse(mut bytes: &[u8]) -> Option<Prefix> {
        let version = number(&mut bytes)?;
        let codec = number(&mut bytes)?;
        let function = number(&mut bytes)?;
        let digest = usize::try_from(number(&mut bytes)?).ok()?;
        let longest = match function {
            SHA2_256 => 32,
            SHA2_512 => 64,
            _ => return None,
        };
        let is_right = match version {
            0 => codec == DAG_PB && function == SHA2_256 && digest == 32,
            1 => (MIN_DIGEST..=longest).contains(&digest),
            _ => false,
        };
        (is_right && bytes.is_empty()).then_some(Prefix {
            version,
            function,
            digest,
        })
    }
}

/// A varint, in its shortest form.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for i in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return (i == 0 || *byte != 0).then_some(value);
        }
    }
    None
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn raw(block: &[u8]) -> Cid {
        Cid::of(&[1, 0x55, 0x12, 0x20], block).unwrap()
    }

    #[test]
    fn a_block_has_the_cid_that_its_prefix_says() {
        for prefix in [
            &[0, 0x70, 0x12, 0x20][..],
            &[1, 0x55, 0x12, 0x20],
            &[1, 0x71, 0x13, 0x40],
            &[1, 0xb0, 0x01, 0x12, 0x14],
        ] {
            let cid = Cid::of(prefix, b"block").unwrap();
            assert_eq!(cid.prefix(), prefix);
            assert_eq!(Cid::parse(cid.bytes()), Some(cid.clone()));
            assert_ne!(Cid::of(prefix, b"other"), Some(cid));
        }
        assert_eq!(
            Cid::of(&[0, 0x70, 0x12, 0x20], b"").unwrap().bytes().len(),
            34
        );
    }

    #[test]
    fn the_digest_is_that_of_sha_256() {
        assert_eq!(
            format!("{:?}", raw(b"abc")),
            "01551220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn what_cannot_be_checked_is_no_cid() {
        let whole = raw(b"abc");
        for len in 0..whole.bytes().len() {
            assert_eq!(Cid::parse(&whole.bytes()[..len]), None, "{len}");
        }
        let mut long = whole.bytes().to_vec();
        long.push(0);
        assert_eq!(Cid::parse(&long), None);
        for prefix in [
            &[1, 0x55, 0x00, 0x20][..],   // Identity.
            &[1, 0x55, 0x12, 0x13],       // 19 bytes of digest.
            &[1, 0x55, 0x12, 0x21],       // 33 of 32 bytes.
            &[1, 0xd5, 0x00, 0x12, 0x20], // A varint that is longer than needed.
            &[2, 0x55, 0x12, 0x20],
            &[0, 0x55, 0x12, 0x20],
            &[1, 0x55, 0x12, 0x20, 0],
            &[0xff; 16],
            &[],
        ] {
            assert_eq!(Cid::of(prefix, b"abc"), None, "{prefix:?}");
        }
        assert_eq!(
            Cid::of(&[1, 0x55, 0x12, 0x20], &vec![0; MAX_BLOCK + 1]),
            None
        );
    }
}
