//! The functions of wasi:filesystem, in place of the crate's.

use crate::host::Host;
use crate::wasi_descriptor::Descriptor;
use crate::wasi_files::{Files, Handle, Listing};
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    Advice, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags,
};

type Answer<T> = (Result<T, ErrorCode>,);

pub fn link(linker: &mut Linker<Host>) -> Result<()> {
    linker.allow_shadowing(true);
    let preopens = &mut linker.instance("wasi:filesystem/preopens@0.2.12")?;
    preopens.func_wrap(
        "get-directories",
        |mut cx: StoreContextMut<'_, Host>, (): ()| Ok((Files(cx.data_mut()).directories()?,)),
    )?;
    let types = &mut linker.instance("wasi:filesystem/types@0.2.12")?;
    link_resources(types)?;
    link_bytes(types)?;
    link_descriptors(types)?;
    link_paths(types)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Does what may block.
fn blocking<T>(
    host: &mut Host,
    f: impl FnOnce(&mut Files<'_>) -> FsResult<T>,
) -> Result<Answer<T>> {
    let blocking = host.blocking();
    let section = blocking.begin();
    let result = f(&mut Files(host));
    drop(section);
    Ok((match result {
        Ok(value) => Ok(value),
        Err(error) => Err(error.downcast()?),
    },))
}

fn link_resources(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    types.resource(
        "descriptor",
        ResourceType::host::<Descriptor>(),
        |mut cx, rep| Files(cx.data_mut()).close(Resource::new_own(rep)),
    )?;
    types.resource(
        "directory-entry-stream",
        ResourceType::host::<Listing>(),
        |mut cx, rep| Files(cx.data_mut()).close_listing(Resource::new_own(rep)),
    )?;
    types.func_wrap(
        "[method]directory-entry-stream.read-directory-entry",
        |mut cx: StoreContextMut<'_, Host>, (listing,): (Resource<Listing>,)| {
            blocking(cx.data_mut(), |files| files.read_entry(listing))
        },
    )?;
    types.func_wrap(
        "[method]descriptor.is-same-object",
        |mut cx: StoreContextMut<'_, Host>, (this, other): (Handle, Handle)| {
            Ok((Files(cx.data_mut()).is_same_object(this, other)?,))
        },
    )
}

/// A method of a descriptor: `"name" => method(argument: type) with(more, arguments)`.
macro_rules! methods {
    ($types:ident; $($name:literal => $method:ident($($argument:ident: $type:ty),*) $(with $more:tt)?;)*) => {
        $($types.func_wrap(
            concat!("[method]descriptor.", $name),
            |mut cx: StoreContextMut<'_, Host>, (this, $($argument,)*): (Handle, $($type,)*)| {
                blocking(cx.data_mut(), |files| methods!(@call files.$method(this, $($argument),*) $($more)?))
            },
        )?;)*
    };
    (@call $files:ident.$method:ident($($argument:ident),* $(,)?)) => { $files.$method($($argument),*) };
    (@call $files:ident.$method:ident($($argument:ident),* $(,)?) ($more:expr)) => { $files.$method($($argument,)* $more) };
}

fn link_bytes(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    methods! { types;
        "read" => read(len: u64, offset: u64);
        "write" => write(bytes: Vec<u8>, offset: u64);
        "set-size" => set_size(size: u64);
        "read-via-stream" => read_via_stream(offset: u64);
        "append-via-stream" => write_via_stream() with (None);
        "advise" => advise(offset: u64, len: u64, advice: Advice);
        "sync" => sync() with (false);
        "sync-data" => sync() with (true);
    }
    types.func_wrap(
        "[method]descriptor.write-via-stream",
        |mut cx: StoreContextMut<'_, Host>, (this, offset): (Handle, u64)| {
            blocking(cx.data_mut(), |files| {
                files.write_via_stream(this, Some(offset))
            })
        },
    )
}

fn link_descriptors(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    methods! { types;
        "get-flags" => get_flags();
        "get-type" => get_type();
        "stat" => stat();
        "set-times" => set_times(access: NewTimestamp, modification: NewTimestamp);
        "metadata-hash" => metadata_hash();
        "read-directory" => read_directory();
    }
    Ok(())
}

fn link_paths(types: &mut LinkerInstance<'_, Host>) -> Result<()> {
    methods! { types;
        "open-at" => open_at(follow: PathFlags, path: String, open: OpenFlags, flags: DescriptorFlags);
        "stat-at" => stat_at(follow: PathFlags, path: String);
        "set-times-at" => set_times_at(
            follow: PathFlags, path: String, access: NewTimestamp, modification: NewTimestamp);
        "metadata-hash-at" => metadata_hash_at(follow: PathFlags, path: String);
        "create-directory-at" => create_directory_at(path: String);
        "remove-directory-at" => remove_directory_at(path: String);
        "unlink-file-at" => unlink_file_at(path: String);
        "rename-at" => rename_at(path: String, other: Handle, new: String);
        "link-at" => link_at(follow: PathFlags, path: String, other: Handle, new: String);
        "symlink-at" => symlink_at(to: String, path: String);
        "readlink-at" => readlink_at(path: String);
    }
    Ok(())
}
