//! The folders of an app: `/`, its files, which it only reads; `/data`, which stays; and a `/tmp` for
//! each call.
//!
//!   <own>/data
//!   <own>/tmp/<engine>/<call>     <engine> is locked while the engine lives: what another engine that
//!                                 did not end by itself has left there is removed

use crate::error::{guard, hermes_error};
use crate::wasi::runtime;
use crate::wasi_space::{Space, Taken};
use std::any::Any;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use wasmtime::{Result, error::Context};
use wasmtime_wasi::filesystem::{Descriptor, Dir};
use wasmtime_wasi::{FsPerms, OpenMode};

/// Empty folders that are kept for the calls to come.
const SPARE: usize = 8;

/// Files and directories that the calls of an app have open.
const OPEN: usize = 256;

/// Of all calls of an app.
pub struct Folders {
    files: Option<Dir>,
    own: Option<Own>,
    open: Mutex<Vec<Weak<Open>>>,
}

type Open = dyn Any + Send + Sync;

/// On disk, of this app alone.
struct Own {
    data: Dir,
    /// Where the `/tmp` of each call is made.
    temporary: PathBuf,
    _lock: File,
    made: AtomicU64,
    spare: Mutex<Vec<Temporary>>,
    space: Arc<Space>,
}

impl Drop for Own {
    fn drop(&mut self) {
        remove_later(std::mem::take(&mut self.temporary), ());
    }
}

/// The `/tmp` of a call.
struct Temporary {
    path: PathBuf,
    folder: Dir,
}

/// Of one call.
pub struct CallFolders {
    folders: Arc<Folders>,
    temporary: Option<Temporary>,
    /// It may have made something in its `/tmp`.
    has_written: bool,
}

impl Folders {
    fn open(files: Option<&Path>, own: Option<&Path>, most: u64) -> Result<Self> {
        Ok(Folders {
            files: files
                .map(|path| open(path, FsPerms::ReadOnly))
                .transpose()?,
            own: own.map(|path| Own::open(path, most)).transpose()?,
            open: Mutex::default(),
        })
    }

    /// Held while something is opened, so that no more are than may be.
    pub fn place(&self) -> io::Result<Arc<Open>> {
        let mut open = self.open.lock().unwrap();
        if open.len() >= OPEN {
            open.retain(|file| file.strong_count() > 0);
        }
        if open.len() >= OPEN {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let place: Arc<Open> = Arc::new(());
        open.push(Arc::downgrade(&place));
        Ok(place)
    }

    /// It counts until it is closed, which a stream to it may put off.
    pub fn opened(&self, descriptor: &Descriptor) {
        let file: Arc<Open> = match descriptor {
            Descriptor::File(file) => file.file.clone(),
            Descriptor::Dir(folder) => folder.dir.clone(),
        };
        self.open.lock().unwrap().push(Arc::downgrade(&file));
    }
}

impl Own {
    fn open(root: &Path, most: u64) -> Result<Self> {
        let (data, tmp) = (root.join("data"), root.join("tmp"));
        fs::create_dir_all(&data).context("making a folder for the app's data")?;
        fs::create_dir_all(&tmp).context("making a folder for temporary files")?;
        remove_left(&tmp)?;
        let (temporary, lock) = make_locked(&tmp)?;
        Ok(Own {
            data: open(&data, FsPerms::ReadWrite)?,
            temporary,
            _lock: lock,
            made: AtomicU64::new(0),
            spare: Mutex::default(),
            space: Space::new(root.to_owned(), most),
        })
    }

    fn make_temporary(&self) -> Result<Temporary> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let path = self.temporary.join(number.to_string());
        fs::create_dir(&path).context("making a folder for temporary files")?;
        let folder = open(&path, FsPerms::ReadWrite)?;
        Ok(Temporary { path, folder })
    }

    fn keep(&self, temporary: Temporary) {
        let mut spare = self.spare.lock().unwrap();
        if spare.len() < SPARE {
            spare.push(temporary);
        } else {
            let _ = fs::remove_dir(&temporary.path); // With the app, at the latest.
        }
    }
}

impl CallFolders {
    pub fn new(folders: Arc<Folders>) -> Self {
        CallFolders {
            folders,
            temporary: None,
            has_written: false,
        }
    }

    /// What a guest finds, and under which names.
    pub fn all(&mut self) -> Result<Vec<(Descriptor, &'static str)>> {
        let mut all = vec![];
        if let Some(files) = &self.folders.files {
            all.push((Descriptor::Dir(files.clone()), "/"));
        }
        if let Some(own) = &self.folders.own {
            if self.temporary.is_none() {
                let spare = own.spare.lock().unwrap().pop();
                self.temporary = Some(spare.map_or_else(|| own.make_temporary(), Ok)?);
            }
            all.push((Descriptor::Dir(own.data.clone()), "/data"));
            let temporary = self.temporary.as_ref().expect("made above");
            all.push((Descriptor::Dir(temporary.folder.clone()), "/tmp"));
        }
        Ok(all)
    }

    pub fn shared(&self) -> Arc<Folders> {
        self.folders.clone()
    }

    /// From here on, the `/tmp` of the call is no other's.
    pub fn written(&mut self) -> Option<Arc<Space>> {
        self.has_written = true;
        self.folders.own.as_ref().map(|own| own.space.clone())
    }
}

impl Drop for CallFolders {
    fn drop(&mut self) {
        let Some(temporary) = self.temporary.take() else {
            return;
        };
        match &self.folders.own {
            Some(own) if !self.has_written => own.keep(temporary),
            // The folders stay until then, so that nobody else removes it.
            _ => remove_later(temporary.path, self.folders.clone()),
        }
    }
}

/// Takes room for what a call writes, away from the thread of the call where that takes long.
pub async fn take(space: Option<Arc<Space>>, bytes: u64) -> io::Result<Option<Taken>> {
    let Some(space) = space else {
        return Ok(None); // There is nothing that it could write to.
    };
    let taken = match space.try_take(bytes) {
        Some(taken) => Some(taken),
        None => wasmtime_wasi::runtime::spawn_blocking(move || space.take(bytes)).await,
    };
    taken.map(Some).ok_or_else(full)
}

/// What the system says of a full disk.
pub fn full() -> io::Error {
    const ENOSPC: i32 = 28;
    io::Error::from_raw_os_error(ENOSPC)
}

fn open(path: &Path, perms: FsPerms) -> Result<Dir> {
    let mode = match perms {
        FsPerms::ReadOnly => OpenMode::READ,
        FsPerms::ReadWrite => OpenMode::READ | OpenMode::WRITE,
    };
    let folder = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(Dir::new(folder, perms, mode, false))
}

/// A folder in `parent` that no other engine removes.
fn make_locked(parent: &Path) -> Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("{}-{number}", std::process::id()));
        match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            made => made.context("making a folder for temporary files")?,
        }
        let Ok(lock) = File::open(&path) else {
            continue; // Another engine has seen it before it was locked.
        };
        if lock.try_lock().is_ok() && path.exists() {
            return Ok((path, lock));
        }
    }
}

/// Removes what engines that are gone have left.
fn remove_left(parent: &Path) -> Result<()> {
    for entry in fs::read_dir(parent)?.flatten() {
        let path = entry.path();
        if let Ok(lock) = File::open(&path)
            && lock.try_lock().is_ok()
        {
            remove_later(path, lock);
        }
    }
    Ok(())
}

/// Lets go of `held` afterwards.
fn remove_later<T: Send + 'static>(path: PathBuf, held: T) {
    runtime().spawn_blocking(move || {
        remove(&path);
        drop(held);
    });
}

/// Removes a folder however deep it is: what lies deeper is moved up first, so that no path is long
/// and no two folders are open. What cannot be removed stays until the app is started again.
fn remove(root: &Path) {
    let mut next = 0u64;
    while let Ok(entries) = fs::read_dir(root) {
        let mut is_empty = true;
        for entry in entries.flatten() {
            is_empty = false;
            let path = entry.path();
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if fs::remove_file(&path).is_err() {
                    return;
                }
                continue;
            }
            if move_up(&path, root, &mut next).is_err() || fs::remove_dir(&path).is_err() {
                return;
            }
        }
        if is_empty {
            let _ = fs::remove_dir(root);
            return;
        }
    }
}

fn is_taken(error: io::ErrorKind) -> bool {
    matches!(
        error,
        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory
    )
}

fn move_up(folder: &Path, root: &Path, next: &mut u64) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            fs::remove_file(entry.path())?;
            continue;
        }
        loop {
            let to = root.join(format!(".{next}"));
            *next += 1;
            // Where a guest has given that name, it takes the next.
            match fs::rename(entry.path(), to) {
                Err(error) if is_taken(error.kind()) => continue,
                moved => break moved?,
            }
        }
    }
    Ok(())
}

/// What the guests of an app find as folders. Freed with `hermes_wasi_folders_free`.
pub struct hermes_wasi_folders(pub Arc<Folders>);

unsafe fn path<'a>(data: *const u8, len: usize) -> Option<&'a Path> {
    let bytes = unsafe { std::slice::from_raw_parts(data, len) };
    (len != 0).then(|| Path::new(OsStr::from_bytes(bytes)))
}

/// Paths of this machine, without symbolic links, empty for none: what guests read as `/`; and where
/// `/data` and `/tmp` are, in which they may hold `most` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_folders_new(
    files: *const u8,
    files_len: usize,
    own: *const u8,
    own_len: usize,
    most: u64,
    out: *mut *mut hermes_wasi_folders,
) -> *mut hermes_error {
    unsafe {
        guard(out, || {
            let folders = Folders::open(path(files, files_len), path(own, own_len), most)?;
            Ok(Box::into_raw(Box::new(hermes_wasi_folders(Arc::new(
                folders,
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
