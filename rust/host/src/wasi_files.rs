//! wasi:filesystem as the crate has it, but for two things: folders are opened by the guest that asks
//! for them; and there are limits to what it writes, opens and lists.

use crate::host::Host;
use crate::wasi_folders::{Folders, full, take};
use crate::wasi_space::{ENTRY, Space, Taken};
use bytes::Bytes;
use std::sync::Arc;
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemCtxView, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorFlags, ErrorCode, HostDescriptor, OpenFlags, PathFlags,
};
use wasmtime_wasi::p2::{
    DynOutputStream, FsResult, OutputStream, Pollable, ReaddirIterator, StreamError, StreamResult,
};

type Folder = Resource<Descriptor>;
type Listing = Resource<ReaddirIterator>;

/// Directories that a call reads at a time: each is read at once, and its names are kept.
const LISTINGS: usize = 4;

pub fn link(linker: &mut Linker<Host>) -> Result<()> {
    linker.allow_shadowing(true);
    link_folders(&mut linker.instance("wasi:filesystem/preopens@0.2.12")?)?;
    let types = &mut linker.instance("wasi:filesystem/types@0.2.12")?;
    link_writes(types)?;
    link_entries(types)?;
    link_listings(types)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn link_folders(preopens: &mut LinkerInstance<'_, Host>) -> Result<()> {
    preopens.func_wrap(
        "get-directories",
        |mut cx: StoreContextMut<'_, Host>, (): ()| {
            let wasi = cx.data_mut().wasi();
            let all = match wasi.folders() {
                Some(folders) => folders.all()?,
                None => vec![],
            };
            let all: Result<Vec<(Folder, String)>> = all
                .into_iter()
                .map(|(folder, name)| Ok((wasi.table.push(folder)?, name.to_owned())))
                .collect();
            Ok((all?,))
        },
    )
}

/// Bytes.
fn link_writes(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    types.func_wrap_async(
        "[method]descriptor.write",
        |mut cx: StoreContextMut<'_, Host>, (file, bytes, offset): (Folder, Vec<u8>, u64)| {
            Box::new(async move {
                let space = written(&mut cx);
                let Ok(_taken) = take(space, bytes.len() as u64).await else {
                    return Ok((Err(ErrorCode::InsufficientSpace),));
                };
                answer(cx.data_mut().filesystem().write(file, bytes, offset).await)
            })
        },
    )?;
    types.func_wrap_async(
        "[method]descriptor.set-size",
        |mut cx: StoreContextMut<'_, Host>, (file, size): (Folder, u64)| {
            Box::new(async move {
                let again = Resource::new_borrow(file.rep());
                let more = match cx.data_mut().filesystem().stat(again).await {
                    Ok(stat) => size.saturating_sub(stat.size),
                    Err(error) => return answer(Err(error)),
                };
                let space = written(&mut cx);
                let Ok(_taken) = take(space, more).await else {
                    return Ok((Err(ErrorCode::InsufficientSpace),));
                };
                answer(cx.data_mut().filesystem().set_size(file, size).await)
            })
        },
    )?;
    types.func_wrap(
        "[method]descriptor.write-via-stream",
        |mut cx: StoreContextMut<'_, Host>, (file, offset): (Folder, u64)| {
            stream(&mut cx, |files| files.write_via_stream(file, offset))
        },
    )?;
    types.func_wrap(
        "[method]descriptor.append-via-stream",
        |mut cx: StoreContextMut<'_, Host>, (file,): (Folder,)| {
            stream(&mut cx, |files| files.append_via_stream(file))
        },
    )
}

/// A function that makes a name in a folder.
macro_rules! entry {
    ($types:ident, $name:literal, $function:ident($($argument:ident: $type:ty),*)) => {
        $types.func_wrap_async(
            concat!("[method]descriptor.", $name),
            |mut cx: StoreContextMut<'_, Host>, (folder, $($argument),*): (Folder, $($type),*)| {
                Box::new(async move {
                    let Ok(_taken) = take(written(&mut cx), ENTRY).await else {
                        return Ok((Err(ErrorCode::InsufficientSpace),));
                    };
                    answer(cx.data_mut().filesystem().$function(folder, $($argument),*).await)
                })
            },
        )?;
    };
}

/// Files, directories and links.
fn link_entries(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    types.func_wrap_async(
        "[method]descriptor.open-at",
        |mut cx: StoreContextMut<'_, Host>,
         (folder, how, path, open, flags): (
            Folder,
            PathFlags,
            String,
            OpenFlags,
            DescriptorFlags,
        )| {
            Box::new(async move {
                let folders = folders(&mut cx);
                let Ok(_place) = folders.as_ref().map(|f| f.place()).transpose() else {
                    return Ok((Err(ErrorCode::InsufficientMemory),));
                };
                let space = match open.contains(OpenFlags::CREATE) {
                    true => written(&mut cx),
                    false => None,
                };
                let Ok(_taken) = take(space, ENTRY).await else {
                    return Ok((Err(ErrorCode::InsufficientSpace),));
                };
                let mut files = cx.data_mut().filesystem();
                let opened = files.open_at(folder, how, path, open, flags).await;
                if let (Ok(file), Some(folders)) = (&opened, folders) {
                    folders.opened(files.table.get(file)?);
                }
                answer(opened)
            })
        },
    )?;
    entry!(types, "create-directory-at", create_directory_at(path: String));
    entry!(types, "symlink-at", symlink_at(from: String, to: String));
    entry!(
        types,
        "link-at",
        link_at(how: PathFlags, from: String, folder: Folder, to: String)
    );
    types.func_wrap_async(
        "[method]descriptor.rename-at",
        |mut cx: StoreContextMut<'_, Host>,
         (from, path, to, new): (Folder, String, Folder, String)| {
            Box::new(async move {
                written(&mut cx);
                answer(
                    cx.data_mut()
                        .filesystem()
                        .rename_at(from, path, to, new)
                        .await,
                )
            })
        },
    )
}

fn link_listings(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    types.resource(
        "directory-entry-stream",
        ResourceType::host::<ReaddirIterator>(),
        |mut cx, rep| {
            let wasi = cx.data_mut().wasi();
            wasi.listings -= 1;
            wasi.table.delete(Listing::new_own(rep))?;
            Ok(())
        },
    )?;
    types.func_wrap_async(
        "[method]descriptor.read-directory",
        |mut cx: StoreContextMut<'_, Host>, (folder,): (Folder,)| {
            Box::new(async move {
                if cx.data_mut().wasi().listings >= LISTINGS {
                    return Ok((Err(ErrorCode::InsufficientMemory),));
                }
                let listing = cx.data_mut().filesystem().read_directory(folder).await;
                cx.data_mut().wasi().listings += usize::from(listing.is_ok());
                answer(listing)
            })
        },
    )
}

fn folders(cx: &mut StoreContextMut<'_, Host>) -> Option<Arc<Folders>> {
    Some(cx.data_mut().wasi().folders()?.shared())
}

fn written(cx: &mut StoreContextMut<'_, Host>) -> Option<Arc<Space>> {
    cx.data_mut().wasi().folders()?.written()
}

type Answer<T> = (Result<T, ErrorCode>,);

fn answer<T>(result: FsResult<T>) -> Result<Answer<T>> {
    Ok((match result {
        Ok(value) => Ok(value),
        Err(error) => Err(error.downcast()?),
    },))
}

fn stream(
    cx: &mut StoreContextMut<'_, Host>,
    open: impl FnOnce(&mut WasiFilesystemCtxView<'_>) -> FsResult<Resource<DynOutputStream>>,
) -> Result<Answer<Resource<DynOutputStream>>> {
    let space = written(cx);
    let mut files = cx.data_mut().filesystem();
    let (stream, space) = match (open(&mut files), space) {
        (Ok(stream), Some(space)) => (stream, space),
        (opened, _) => return answer(opened),
    };
    let inner = files.table.delete(stream)?;
    let limited: DynOutputStream = Box::new(Limited {
        inner,
        space,
        taken: None,
        is_full: false,
    });
    Ok((Ok(files.table.push(limited)?),))
}

/// A stream to a file, as far as there is room.
struct Limited {
    inner: DynOutputStream,
    space: Arc<Space>,
    /// By what is being written.
    taken: Option<Taken>,
    /// There was no room when it was last measured.
    is_full: bool,
}

fn failed() -> StreamError {
    StreamError::LastOperationFailed(full().into())
}

#[wasmtime_wasi::async_trait]
impl Pollable for Limited {
    async fn ready(&mut self) {
        self.inner.ready().await;
        self.taken = None;
        if self.space.left() == 0 {
            let space = self.space.clone();
            let left = wasmtime_wasi::runtime::spawn_blocking(move || space.look()).await;
            self.is_full = left == 0;
        }
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Limited {
    fn check_write(&mut self) -> StreamResult<usize> {
        let permitted = self.inner.check_write()?;
        match self.space.left() {
            0 if self.is_full => Err(failed()),
            // `ready` measures.
            0 => Ok(0),
            left => {
                self.is_full = false;
                Ok(permitted.min(usize::try_from(left).unwrap_or(usize::MAX)))
            }
        }
    }

    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let taken = self.space.try_take(bytes.len() as u64).ok_or_else(failed)?;
        self.taken = Some(taken);
        self.inner.write(bytes)
    }

    async fn blocking_write_and_flush(&mut self, bytes: Bytes) -> StreamResult<()> {
        let room = take(Some(self.space.clone()), bytes.len() as u64).await;
        let _taken = room.map_err(|_| failed())?;
        self.inner.blocking_write_and_flush(bytes).await
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.inner.flush()
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await
    }
}
