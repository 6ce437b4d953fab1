//! Streams to and from files. What they do, they do at once, on the thread of the call.

use crate::host::Blocking;
use crate::wasi_descriptor::{Disk, File};
use bytes::{Bytes, BytesMut};
use std::io::{self, ErrorKind, IoSlice};
use std::os::unix::fs::FileExt;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

/// Bytes that are read or written at once.
pub const PIECE: usize = 64 << 10;

fn failed(error: io::Error) -> StreamError {
    StreamError::LastOperationFailed(error.into())
}

pub struct Reader {
    pub file: File,
    pub offset: u64,
    pub blocking: Blocking,
}

#[wasmtime_wasi::async_trait]
impl Pollable for Reader {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl InputStream for Reader {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size == 0 {
            return Ok(Bytes::new());
        }
        let _section = self.blocking.begin();
        let mut bytes = BytesMut::zeroed(size.min(PIECE));
        let read = self.file.read(self.offset, &mut bytes).map_err(failed)?;
        if read == 0 {
            return Err(StreamError::Closed);
        }
        bytes.truncate(read);
        self.offset += read as u64;
        Ok(bytes.freeze())
    }
}

pub struct Writer {
    pub file: File,
    /// At the end, without one.
    pub offset: Option<u64>,
    pub blocking: Blocking,
}

impl Writer {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _section = self.blocking.begin();
        match self.offset {
            Some(offset) => {
                self.file.write_all(offset, bytes)?;
                self.offset = Some(offset + bytes.len() as u64);
            }
            None => self.file.append(bytes)?,
        }
        Ok(())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Writer {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Writer {
    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PIECE)
    }

    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.len() > PIECE {
            return Err(StreamError::trap(
                "more was written than check-write allows",
            ));
        }
        self.write_all(&bytes).map_err(failed)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }
}

/// As an error of the system, which is how a stream tells it.
fn io_error(code: ErrorCode) -> io::Error {
    const ENOSPC: i32 = 28;
    const EFBIG: i32 = 27;
    const EBADF: i32 = 9;
    io::Error::from_raw_os_error(match code {
        ErrorCode::InsufficientSpace => ENOSPC,
        ErrorCode::FileTooLarge => EFBIG,
        _ => EBADF,
    })
}

impl File {
    /// Fewer bytes than asked for at the end alone.
    pub fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            File::Tree(file) => file.read(offset, into),
            File::Memory(file) => Ok(file.read(offset, into.len(), |bytes| {
                into[..bytes.len()].copy_from_slice(bytes);
                bytes.len()
            })),
            File::Disk(disk) => read_fully(&disk.file, offset, into),
        }
    }

    pub fn write_all(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        match self {
            File::Tree(_) => Err(ErrorKind::PermissionDenied.into()),
            File::Memory(file) => file.write(Some(offset), bytes).map(drop).map_err(io_error),
            File::Disk(disk) => {
                // A hole counts: each write into one takes a block of the disk.
                let end = offset.saturating_add(bytes.len() as u64);
                let grown = end.saturating_sub(disk.file.metadata()?.len());
                let _taken = disk.take(grown.max(bytes.len() as u64))?;
                disk.file.write_all_at(bytes, offset)
            }
        }
    }

    pub fn append(&self, bytes: &[u8]) -> io::Result<()> {
        match self {
            File::Tree(_) => Err(ErrorKind::PermissionDenied.into()),
            File::Memory(file) => file.write(None, bytes).map(drop).map_err(io_error),
            File::Disk(disk) => append(disk, bytes),
        }
    }
}

fn read_fully(file: &std::fs::File, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < into.len() {
        match file.read_at(&mut into[done..], offset.saturating_add(done as u64)) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // What was read is not lost.
            Err(_) if done > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn append(disk: &Disk, mut bytes: &[u8]) -> io::Result<()> {
    use rustix::io::{Errno, ReadWriteFlags, pwritev2};
    let _taken = disk.take(bytes.len() as u64)?;
    while !bytes.is_empty() {
        match pwritev2(
            &*disk.file,
            &[IoSlice::new(bytes)],
            0,
            ReadWriteFlags::APPEND,
        ) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
