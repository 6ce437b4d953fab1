//! Messages on a stream: their length as a varint, then they.
//!
//! Memory for a frame is taken as its bytes arrive, from what the connection and the node have for
//! it; a frame that finds none waits, and so does its sender.

use super::message::{MAX_FRAME, Message};
use bytes::{Bytes, BytesMut};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// A stream on which nothing comes is closed after it.
const IDLE: Duration = Duration::from_secs(120);
/// A frame has come, or gone, within it.
const FRAME_WITHIN: Duration = Duration::from_secs(60);
const CHUNK: usize = 64 << 10;

/// So much of frames that are being read: in KiB.
#[derive(Clone)]
pub struct Room {
    node: Arc<Semaphore>,
    connection: Arc<Semaphore>,
}

impl Room {
    pub fn of_node() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(256 << 10))
    }

    /// Of one connection of the node.
    pub fn new(node: Arc<Semaphore>) -> Self {
        Room {
            node,
            connection: Arc::new(Semaphore::new(8 << 10)),
        }
    }

    async fn take(&self, bytes: usize) -> (SemaphorePermit<'_>, SemaphorePermit<'_>) {
        let amount = bytes.div_ceil(1024) as u32;
        let of_connection = self.connection.acquire_many(amount).await;
        let of_node = self.node.acquire_many(amount).await;
        (of_connection.expect("is open"), of_node.expect("is open"))
    }
}

/// The next message, or None at the end. InvalidData: it is no bitswap; TimedOut: it came too slowly.
pub async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    room: &Room,
) -> io::Result<Option<Message>> {
    let Ok(len) = timeout(IDLE, read_length(stream)).await else {
        return Ok(None);
    };
    let Some(len) = len? else {
        return Ok(None);
    };
    if len > MAX_FRAME {
        return Err(ErrorKind::InvalidData.into());
    }
    let _room = room.take(len).await;
    let frame = timeout(FRAME_WITHIN, read_bytes(stream, len)).await??;
    let message = Message::decode(frame).map_err(|_| ErrorKind::InvalidData)?;
    Ok(Some(message))
}

pub async fn write<S: AsyncWrite + Unpin>(stream: &mut S, frame: &[u8]) -> io::Result<()> {
    let mut length = BytesMut::new();
    super::wire::put_number(&mut length, frame.len() as u64);
    let all = async {
        stream.write_all(&length).await?;
        stream.write_all(frame).await?;
        stream.flush().await
    };
    timeout(FRAME_WITHIN, all).await?
}

async fn read_length<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<usize>> {
    let mut value = 0;
    for i in 0..4 {
        let mut byte = [0];
        match stream.read(&mut byte).await? {
            0 if i == 0 => return Ok(None),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            _ => value |= usize::from(byte[0] & 0x7f) << (7 * i),
        }
        if byte[0] & 0x80 == 0 {
            return Ok(Some(value));
        }
    }
    Err(ErrorKind::InvalidData.into())
}

async fn read_bytes<S: AsyncRead + Unpin>(stream: &mut S, len: usize) -> io::Result<Bytes> {
    let mut bytes = BytesMut::new();
    while bytes.len() < len {
        let begin = bytes.len();
        bytes.resize(len.min(begin + CHUNK), 0);
        stream.read_exact(&mut bytes[begin..]).await?;
    }
    Ok(bytes.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;

    fn run<T>(future: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().build().unwrap().block_on(future)
    }

    fn read_all(bytes: Vec<u8>) -> io::Result<Option<Message>> {
        let room = Room::new(Room::of_node());
        run(read(&mut Cursor::new(bytes), &room))
    }

    fn kind(bytes: Vec<u8>) -> ErrorKind {
        read_all(bytes).unwrap_err().kind()
    }

    #[test]
    fn a_frame_has_its_length_before_it() {
        let message = Message {
            full: true,
            ..Message::default()
        };
        let frame = message.encode();
        let mut stream = Cursor::new(Vec::new());
        run(write(&mut stream, &frame)).unwrap();
        assert_eq!(read_all(stream.into_inner()).unwrap(), Some(message));
        assert_eq!(read_all(vec![]).unwrap(), None);
    }

    #[test]
    fn a_frame_that_is_too_large_is_refused_before_it_comes() {
        let mut length = BytesMut::new();
        super::super::wire::put_number(&mut length, MAX_FRAME as u64 + 1);
        assert_eq!(kind(length.to_vec()), ErrorKind::InvalidData);
        assert_eq!(kind(vec![0xff; 5]), ErrorKind::InvalidData);
    }

    #[test]
    fn a_frame_that_ends_early_is_an_error() {
        assert_eq!(kind(vec![0x80]), ErrorKind::UnexpectedEof);
        assert_eq!(kind(vec![4, 0, 0]), ErrorKind::UnexpectedEof);
    }
}
