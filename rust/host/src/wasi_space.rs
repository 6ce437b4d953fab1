//! What the guests of an app may hold on disk, in `/var`.
//!
//! What is written is only added up: the sum is never too small. When it passes the limit, the folder
//! is measured, and the sum is what is there. So what is removed is free again, and a write costs no
//! look at the disk but then.

use std::fs;
use std::io::ErrorKind::NotFound;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Of a file, a directory or a link, beside its bytes. A guest that lists them takes memory, too.
pub const ENTRY: u64 = 16 << 10;

pub struct Space {
    /// Without symbolic links.
    root: PathBuf,
    most: u64,
    count: Mutex<Count>,
    measured: Mutex<Option<Measured>>,
}

struct Count {
    used: u64,
    /// Ever taken.
    taken: u64,
    /// Taken by what is still being written.
    writing: u64,
}

struct Measured {
    at: Instant,
    took: Duration,
}

impl Measured {
    /// Of a folder so large that measuring it takes long, a guest gets a fiftieth of the time.
    fn is_too_soon(&self) -> bool {
        self.took > Duration::from_millis(50) && self.at.elapsed() < self.took * 50
    }
}

/// Held while it is written.
pub struct Taken {
    space: Arc<Space>,
    bytes: u64,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.space.count.lock().unwrap().writing -= self.bytes;
    }
}

impl Space {
    pub fn new(root: PathBuf, most: u64) -> Arc<Self> {
        Arc::new(Space {
            root,
            most,
            // It is measured at first use.
            count: Mutex::new(Count {
                used: u64::MAX,
                taken: 0,
                writing: 0,
            }),
            measured: Mutex::default(),
        })
    }

    /// By what is known.
    pub fn left(&self) -> u64 {
        self.most.saturating_sub(self.count.lock().unwrap().used)
    }

    /// By what is known.
    pub fn try_take(self: &Arc<Self>, bytes: u64) -> Option<Taken> {
        let mut count = self.count.lock().unwrap();
        let used = count.used.saturating_add(bytes);
        if used > self.most {
            return None;
        }
        count.used = used;
        count.taken += bytes;
        count.writing += bytes;
        Some(Taken {
            space: self.clone(),
            bytes,
        })
    }

    /// Blocks where it must measure.
    pub fn take(self: &Arc<Self>, bytes: u64) -> Option<Taken> {
        let mut measured = self.measured.lock().unwrap();
        self.try_take(bytes).or_else(|| {
            self.measure(&mut measured);
            self.try_take(bytes)
        })
    }

    /// Blocks where it must measure. How much is left.
    pub fn look(&self) -> u64 {
        let mut measured = self.measured.lock().unwrap();
        if self.left() == 0 {
            self.measure(&mut measured);
        }
        self.left()
    }

    fn measure(&self, measured: &mut Option<Measured>) {
        if measured.as_ref().is_some_and(Measured::is_too_soon) {
            return;
        }
        let begin = Instant::now();
        let (taken, writing) = {
            let count = self.count.lock().unwrap();
            (count.taken, count.writing)
        };
        let found = held(&self.root).saturating_add(unlinked(&self.root));
        let mut count = self.count.lock().unwrap();
        count.used = found.saturating_add(count.taken - taken + writing);
        *measured = Some(Measured {
            at: Instant::now(),
            took: begin.elapsed(),
        });
    }
}

/// All, where it cannot be told: in a directory whose path has grown too long.
fn held(root: &Path) -> u64 {
    let mut bytes = 0u64;
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        match entries(&folder, &mut folders) {
            Ok(found) => bytes = bytes.saturating_add(found),
            Err(error) if error.kind() == NotFound => (),
            Err(_) => return u64::MAX,
        }
    }
    bytes
}

fn entries(folder: &Path, folders: &mut Vec<PathBuf>) -> std::io::Result<u64> {
    let mut bytes = 0u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes = bytes.saturating_add(match entry.metadata() {
            Ok(file) if file.is_file() => ENTRY.saturating_add(file.len()),
            Ok(_) => ENTRY,
            Err(error) if error.kind() == NotFound => 0,
            Err(error) => return Err(error),
        });
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders.push(entry.path());
        }
    }
    Ok(bytes)
}

/// Files that were removed while they are open.
fn unlinked(root: &Path) -> u64 {
    let Ok(open) = fs::read_dir("/proc/self/fd") else {
        return u64::MAX;
    };
    open.flatten()
        .map(|entry| entry.path())
        .filter_map(|path| Some((fs::metadata(&path).ok()?, path)))
        .filter(|(file, _)| file.is_file() && file.nlink() == 0)
        .filter(|(_, path)| fs::read_link(path).is_ok_and(|path| path.starts_with(root)))
        .fold(0, |bytes, (file, _)| bytes.saturating_add(file.len()))
}
