//! The files of an app, as all its calls have them: the tree that is only read, the `/var` on disk,
//! and how much memory and how many descriptors there are for a call.

use crate::error::{guard, hermes_error};
use crate::wasi_space::Space;
use crate::wasi_tree::{Tree, hermes_tree};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasmtime::{Result, error::Context};
use wasmtime_wasi::filesystem::Dir;
use wasmtime_wasi::{FsPerms, OpenMode};

/// Files and directories that the calls of an app have open.
const OPEN: usize = 256;

pub struct Folders {
    pub tree: Arc<Tree>,
    pub var: Option<Var>,
    /// Bytes that a call may hold in its `/tmp`.
    pub tmp_bytes: usize,
    open: Arc<AtomicUsize>,
}

/// On disk, of this app alone.
pub struct Var {
    pub folder: Dir,
    pub space: Arc<Space>,
}

/// That something is open.
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Folders {
    /// Before something is opened that takes a descriptor of the process.
    pub fn place(&self) -> Option<Arc<Place>> {
        if self.open.fetch_add(1, Ordering::Relaxed) >= OPEN {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Arc::new(Place(self.open.clone())))
    }
}

impl Var {
    fn open(path: &Path, most: u64) -> Result<Self> {
        let doing = || format!("making {}", path.display());
        fs::create_dir_all(path).with_context(doing)?;
        let folder = File::open(path).with_context(doing)?;
        let mode = OpenMode::READ | OpenMode::WRITE;
        Ok(Var {
            folder: Dir::new(folder, FsPerms::ReadWrite, mode, true),
            space: Space::new(path.to_owned(), most),
        })
    }
}

/// What the system says of a full disk.
pub fn full() -> io::Error {
    const ENOSPC: i32 = 28;
    io::Error::from_raw_os_error(ENOSPC)
}

/// What the guests of an app find as files. Freed with `hermes_wasi_folders_free`.
pub struct hermes_wasi_folders(pub Arc<Folders>);

/// What calls of an app find.
#[repr(C)]
pub struct hermes_wasi_files {
    /// What is only read. It is taken over, also where this fails.
    pub tree: hermes_tree,
    /// A path of this machine, without symbolic links: what guests find as `/var`. Empty for none.
    pub var: *const u8,
    pub var_len: usize,
    /// What they may hold there.
    pub var_bytes: u64,
    /// What a call may hold in its `/tmp`.
    pub tmp_bytes: usize,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_folders_new(
    files: *const hermes_wasi_files,
    out: *mut *mut hermes_wasi_folders,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let files = &*files;
            let tree = Tree::new(files.tree);
            let path = std::slice::from_raw_parts(files.var, files.var_len);
            let var = match path.is_empty() {
                true => None,
                false => Some(Var::open(
                    Path::new(OsStr::from_bytes(path)),
                    files.var_bytes,
                )?),
            };
            Ok(Box::into_raw(Box::new(hermes_wasi_folders(Arc::new(
                Folders {
                    tree,
                    var,
                    tmp_bytes: files.tmp_bytes,
                    open: Arc::default(),
                },
            )))))
        })
    }
}

/// Another handle for the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_folders_share(
    folders: *const hermes_wasi_folders,
) -> *mut hermes_wasi_folders {
    let shared = unsafe { (*folders).0.clone() };
    Box::into_raw(Box::new(hermes_wasi_folders(shared)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_folders_free(folders: *mut hermes_wasi_folders) {
    drop(unsafe { Box::from_raw(folders) })
}
