//! wasi:filesystem over the files of an app. What is done, is done at once, on the thread of the
//! call, in a blocking section. On disk, it is done by the crate, whose paths never lead out.

use crate::host::Host;
use crate::refusal::hermes_refusal::{HERMES_REFUSED_LISTINGS, HERMES_REFUSED_VAR};
use crate::wasi_descriptor::{Descriptor, File, hash_of};
use crate::wasi_folders::Folders;
use crate::wasi_memory::Node;
use crate::wasi_space::Taken;
use crate::wasi_streams::{PIECE, Reader, Writer};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::{self, WasiFilesystemCtxView, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    Advice, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, ErrorCode,
    HostDescriptor, MetadataHashValue, NewTimestamp,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsResult, ReaddirIterator};

pub type Handle = Resource<Descriptor>;
type Inner = Resource<filesystem::Descriptor>;

/// Directories that a call reads at a time: each is read at once, and its names are kept.
const LISTINGS: usize = 4;

/// What a guest reads of a directory, entry by entry.
pub struct Listing(std::vec::IntoIter<DirectoryEntry>);

/// Of one call.
pub struct Files<'a>(pub &'a mut Host);

/// The crate was told to block the thread, so that its functions are done when they are called.
pub fn done<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a file operation of the crate did not block"),
    }
}

pub fn borrow(number: u32) -> Inner {
    Resource::new_borrow(number)
}

pub fn datetime(time: SystemTime) -> Option<Datetime> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Datetime {
        seconds: since.as_secs(),
        nanoseconds: since.subsec_nanos(),
    })
}

pub fn system_time(stamp: NewTimestamp) -> FsResult<Option<SystemTime>> {
    Ok(match stamp {
        NewTimestamp::NoChange => None,
        NewTimestamp::Now => Some(SystemTime::now()),
        NewTimestamp::Timestamp(time) => {
            let since = Duration::from_secs(time.seconds)
                .checked_add(Duration::from_nanos(time.nanoseconds.into()));
            let time = since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
            Some(time.ok_or(ErrorCode::Overflow)?)
        }
    })
}

pub fn stat(kind: DescriptorType, size: u64, modified: Option<SystemTime>) -> DescriptorStat {
    DescriptorStat {
        type_: kind,
        link_count: 1,
        size,
        data_access_timestamp: None,
        data_modification_timestamp: modified.and_then(datetime),
        status_change_timestamp: None,
    }
}

pub fn stat_of(node: &Node) -> DescriptorStat {
    stat(node.kind(), node.size(), Some(node.modified()))
}

impl Files<'_> {
    pub fn disk(&mut self) -> WasiFilesystemCtxView<'_> {
        self.0.filesystem()
    }

    pub fn get(&mut self, handle: &Handle) -> FsResult<Descriptor> {
        Ok(self.0.wasi().table.get(handle)?.clone())
    }

    pub fn push(&mut self, descriptor: Descriptor) -> FsResult<Handle> {
        Ok(self.0.wasi().table.push(descriptor)?)
    }

    pub fn shared(&mut self) -> FsResult<Arc<Folders>> {
        let folders = self.0.wasi().folders();
        Ok(folders.ok_or(ErrorCode::NoEntry)?.shared.clone())
    }

    /// Room on disk, while something is written.
    pub fn take(&mut self, bytes: u64) -> FsResult<Option<Taken>> {
        let shared = self.shared()?;
        let Some(var) = &shared.var else {
            return Ok(None);
        };
        let taken = var.space.take(bytes);
        if taken.is_none() {
            self.0.refusals().tell(HERMES_REFUSED_VAR);
        }
        Ok(Some(taken.ok_or(ErrorCode::InsufficientSpace)?))
    }

    pub fn directories(&mut self) -> Result<Vec<(Handle, String)>> {
        let wasi = self.0.wasi();
        if wasi.folders().is_none() {
            return Ok(vec![]);
        }
        let root = Descriptor::Tree {
            path: String::new(),
            file: None,
        };
        Ok(vec![(wasi.table.push(root)?, "/".to_owned())])
    }

    pub fn close(&mut self, handle: Handle) -> Result<()> {
        let table = &mut self.0.wasi().table;
        if let Descriptor::Disk { inner, .. } = table.delete(handle)? {
            table.delete(Inner::new_own(inner))?;
        }
        Ok(())
    }

    pub fn read_via_stream(
        &mut self,
        this: Handle,
        offset: u64,
    ) -> FsResult<Resource<DynInputStream>> {
        let file = self.get(&this)?.file()?;
        let blocking = self.0.blocking();
        let reader: DynInputStream = Box::new(Reader {
            file,
            offset,
            blocking,
        });
        Ok(self.0.wasi().table.push(reader)?)
    }

    pub fn write_via_stream(
        &mut self,
        this: Handle,
        offset: Option<u64>,
    ) -> FsResult<Resource<DynOutputStream>> {
        let file = self.get(&this)?.file_to_write()?;
        let blocking = self.0.blocking();
        let writer: DynOutputStream = Box::new(Writer {
            file,
            offset,
            blocking,
        });
        Ok(self.0.wasi().table.push(writer)?)
    }

    /// The bytes stay until the next call of a function of this interface.
    pub fn read(&mut self, this: Handle, len: u64, offset: u64) -> FsResult<(&'static [u8], bool)> {
        let wasi = self.0.wasi();
        let descriptor = wasi.table.get(&this)?;
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(PIECE);
        if let Descriptor::Tree {
            file: Some(file), ..
        } = descriptor
            && let Some(all) = file.content()
        {
            let begin = usize::try_from(offset).map_or(all.len(), |at| at.min(all.len()));
            let part = &all[begin..all.len().min(begin.saturating_add(len))];
            // The disk is waited for here, not where the bytes go to the guest.
            let pages = part.iter().step_by(4 << 10).chain(part.last());
            for byte in pages {
                std::hint::black_box(*byte);
            }
            // SAFETY: the guest has lent its handle for the call, so that the file stays open.
            let part = unsafe { std::slice::from_raw_parts(part.as_ptr(), part.len()) };
            return Ok((part, part.is_empty()));
        }
        let file = descriptor.file()?;
        wasi.piece.resize(len, 0);
        let read = file.read(offset, &mut wasi.piece)?;
        // SAFETY: nobody touches the piece until the bytes have gone to the guest.
        let part = unsafe { std::slice::from_raw_parts(wasi.piece.as_ptr(), read) };
        Ok((part, read == 0))
    }

    pub fn write(&mut self, this: Handle, bytes: Vec<u8>, offset: u64) -> FsResult<u64> {
        let file = self.get(&this)?.file_to_write()?;
        file.write_all(offset, &bytes)?;
        Ok(bytes.len() as u64)
    }

    pub fn set_size(&mut self, this: Handle, size: u64) -> FsResult<()> {
        match self.get(&this)?.file_to_write()? {
            File::Memory(file) => Ok(file.resize(size)?),
            File::Disk(disk) => {
                let now = disk.file.metadata()?.len();
                let _taken = disk.take(size.saturating_sub(now))?;
                Ok(disk.file.set_len(size)?)
            }
            File::Tree(_) => Err(ErrorCode::NotPermitted.into()),
        }
    }

    pub fn advise(&mut self, this: Handle, offset: u64, len: u64, advice: Advice) -> FsResult<()> {
        match self.get(&this)? {
            Descriptor::Disk { inner, .. } => {
                done(self.disk().advise(borrow(inner), offset, len, advice))
            }
            Descriptor::Tree { file: Some(_), .. } => Ok(()),
            Descriptor::Memory {
                node: Node::File(_),
                ..
            } => Ok(()),
            _ => Err(ErrorCode::BadDescriptor.into()),
        }
    }

    pub fn sync(&mut self, this: Handle, only_data: bool) -> FsResult<()> {
        match self.get(&this)? {
            Descriptor::Disk { inner, .. } if only_data => {
                done(self.disk().sync_data(borrow(inner)))
            }
            Descriptor::Disk { inner, .. } => done(self.disk().sync(borrow(inner))),
            _ => Ok(()),
        }
    }

    pub fn get_flags(&mut self, this: Handle) -> FsResult<DescriptorFlags> {
        match self.get(&this)? {
            Descriptor::Disk { inner, .. } => done(self.disk().get_flags(borrow(inner))),
            Descriptor::Tree { .. } => Ok(DescriptorFlags::READ),
            Descriptor::Memory {
                node: Node::Folder(_),
                ..
            } => Ok(DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY),
            Descriptor::Memory { reads, writes, .. } => {
                let mut flags = DescriptorFlags::empty();
                if reads {
                    flags |= DescriptorFlags::READ;
                }
                if writes {
                    flags |= DescriptorFlags::WRITE;
                }
                Ok(flags)
            }
        }
    }

    pub fn get_type(&mut self, this: Handle) -> FsResult<DescriptorType> {
        Ok(match self.get(&this)? {
            Descriptor::Memory { node, .. } => node.kind(),
            Descriptor::Tree { file: None, .. } | Descriptor::Disk { file: None, .. } => {
                DescriptorType::Directory
            }
            _ => DescriptorType::RegularFile,
        })
    }

    pub fn set_times(
        &mut self,
        this: Handle,
        access: NewTimestamp,
        modification: NewTimestamp,
    ) -> FsResult<()> {
        match self.get(&this)? {
            Descriptor::Disk { inner, .. } => {
                done(self.disk().set_times(borrow(inner), access, modification))
            }
            Descriptor::Tree { .. } => Err(ErrorCode::NotPermitted.into()),
            Descriptor::Memory { node, .. } => {
                if let Some(time) = system_time(modification)? {
                    node.set_modified(time);
                }
                Ok(())
            }
        }
    }

    pub fn stat(&mut self, this: Handle) -> FsResult<DescriptorStat> {
        Ok(match self.get(&this)? {
            Descriptor::Disk { inner, .. } => return done(self.disk().stat(borrow(inner))),
            Descriptor::Memory { node, .. } => stat_of(&node),
            Descriptor::Tree { file: None, .. } => stat(DescriptorType::Directory, 0, None),
            Descriptor::Tree {
                file: Some(file), ..
            } => stat(
                DescriptorType::RegularFile,
                file.size(),
                Some(file.modified()),
            ),
        })
    }

    pub fn read_directory(&mut self, this: Handle) -> FsResult<Resource<Listing>> {
        if self.0.wasi().listings >= LISTINGS {
            self.0.refusals().tell(HERMES_REFUSED_LISTINGS);
            return Err(ErrorCode::InsufficientMemory.into());
        }
        let entries = match self.get(&this)? {
            Descriptor::Memory { node, .. } => node.folder()?.list(),
            Descriptor::Tree { path, file: None } => self.shared()?.tree.list(&path)?,
            Descriptor::Tree { .. } => return Err(ErrorCode::NotDirectory.into()),
            Descriptor::Disk { inner, .. } => {
                let disk = &mut self.disk();
                let entries = done(disk.read_directory(borrow(inner)))?;
                let entries: ReaddirIterator = disk.table.delete(entries)?;
                entries.into_iter().collect::<FsResult<Vec<_>>>()?
            }
        };
        let wasi = self.0.wasi();
        wasi.listings += 1;
        Ok(wasi.table.push(Listing(entries.into_iter()))?)
    }

    pub fn read_entry(&mut self, listing: Resource<Listing>) -> FsResult<Option<DirectoryEntry>> {
        Ok(self.0.wasi().table.get_mut(&listing)?.0.next())
    }

    pub fn close_listing(&mut self, listing: Resource<Listing>) -> Result<()> {
        let wasi = self.0.wasi();
        wasi.table.delete(listing)?;
        wasi.listings -= 1;
        Ok(())
    }

    pub fn is_same_object(&mut self, this: Handle, other: Handle) -> Result<bool> {
        let table = &self.0.wasi().table;
        let (this, other) = (table.get(&this)?.clone(), table.get(&other)?.clone());
        Ok(match (this, other) {
            (Descriptor::Tree { path: a, .. }, Descriptor::Tree { path: b, .. }) => a == b,
            (Descriptor::Memory { node: a, .. }, Descriptor::Memory { node: b, .. }) => {
                a.number() == b.number()
            }
            (Descriptor::Disk { inner: a, .. }, Descriptor::Disk { inner: b, .. }) => {
                done(self.disk().is_same_object(borrow(a), borrow(b)))?
            }
            _ => false,
        })
    }

    pub fn metadata_hash(&mut self, this: Handle) -> FsResult<MetadataHashValue> {
        match self.get(&this)? {
            Descriptor::Disk { inner, .. } => done(self.disk().metadata_hash(borrow(inner))),
            Descriptor::Memory { node, .. } => Ok(hash_of(node.number())),
            Descriptor::Tree { path, .. } => Ok(hash_of(path)),
        }
    }
}
