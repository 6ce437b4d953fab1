//! The fields of a protobuf message, without copying.

use bytes::{BufMut, Bytes, BytesMut};

/// It is no protobuf, or none that we take.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

pub enum Value {
    Number(u64),
    Bytes(Bytes),
    /// Of four or eight bytes: bitswap has none.
    Fixed,
}

/// The fields of a message, one after the other.
pub struct Fields {
    rest: Bytes,
}

impl Fields {
    pub fn of(message: Bytes) -> Self {
        Fields { rest: message }
    }

    /// The number of the next field and what it holds; None at the end.
    pub fn next(&mut self) -> Result<Option<(u64, Value)>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            1 => self.skip(8)?,
            2 => {
                let len = usize::try_from(self.number()?).map_err(|_| Malformed)?;
                Value::Bytes(self.take(len)?)
            }
            5 => self.skip(4)?,
            _ => return Err(Malformed),
        };
        match tag >> 3 {
            0 => Err(Malformed),
            field => Ok(Some((field, value))),
        }
    }

    fn number(&mut self) -> Result<u64, Malformed> {
        let mut value = 0_u64;
        for i in 0..10 {
            let byte = *self.rest.get(i).ok_or(Malformed)?;
            value |= u64::from(byte & 0x7f) << (7 * i);
            if byte & 0x80 == 0 {
                let _ = self.rest.split_to(i + 1);
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    fn take(&mut self, len: usize) -> Result<Bytes, Malformed> {
        match len <= self.rest.len() {
            true => Ok(self.rest.split_to(len)),
            false => Err(Malformed),
        }
    }

    fn skip(&mut self, len: usize) -> Result<Value, Malformed> {
        self.take(len).map(|_| Value::Fixed)
    }
}

pub fn put_number(into: &mut BytesMut, mut value: u64) {
    while value >= 0x80 {
        into.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    into.put_u8(value as u8);
}

/// A field that is a number; none that is 0.
pub fn put_number_field(into: &mut BytesMut, field: u64, value: u64) {
    if value != 0 {
        put_number(into, field << 3);
        put_number(into, value);
    }
}

/// What `put_bytes_field` puts, for a field below 16.
pub fn bytes_field_len(value: &[u8]) -> usize {
    1 + number_len(value.len() as u64) + value.len()
}

fn number_len(value: u64) -> usize {
    let bits = u64::BITS - (value | 1).leading_zeros();
    bits.div_ceil(7) as usize
}

pub fn put_bytes_field(into: &mut BytesMut, field: u64, value: &[u8]) {
    put_number(into, field << 3 | 2);
    put_number(into, value.len() as u64);
    into.put_slice(value);
}
