//! The files of an app that are only read: a tree of C++ (`src/vfs`), and what guests have open of it.

use crate::wasi_folders::Place;
use std::ffi::c_void;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorType, DirectoryEntry};

/// What a path of a tree names.
#[repr(C)]
pub struct hermes_tree_node {
    /// An open file; null if it is a directory, of which the rest says nothing.
    pub file: *mut c_void,
    pub size: u64,
    /// Nanoseconds since 1970, UTC.
    pub modified: i64,
    /// All of it in memory, as long as the file is open; or null.
    pub data: *const u8,
}

/// Receives an entry of a directory: `len` bytes of UTF-8 that end with the call.
pub type hermes_tree_visit =
    unsafe extern "C" fn(env: *mut c_void, is_directory: bool, name: *const u8, len: usize);

/// A tree of files. Its functions may be called from any thread. What fails gives an errno, what
/// succeeds 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hermes_tree {
    pub tree: *mut c_void,
    /// Nobody uses it any more.
    pub release: unsafe extern "C" fn(tree: *mut c_void),
    /// Without `to_read`, nobody reads the file.
    pub open: unsafe extern "C" fn(
        tree: *mut c_void,
        path: *const u8,
        len: usize,
        to_read: bool,
        out: *mut hermes_tree_node,
    ) -> i32,
    pub list: unsafe extern "C" fn(
        tree: *mut c_void,
        path: *const u8,
        len: usize,
        visit: hermes_tree_visit,
        env: *mut c_void,
    ) -> i32,
    /// How many bytes were read goes to `read`: fewer than `len` at the end alone.
    pub read: unsafe extern "C" fn(
        file: *mut c_void,
        offset: u64,
        into: *mut u8,
        len: usize,
        read: *mut usize,
    ) -> i32,
    pub close: unsafe extern "C" fn(file: *mut c_void),
}

pub struct Tree(hermes_tree);

// C++ promises that it may be used from any thread.
unsafe impl Send for Tree {}
unsafe impl Sync for Tree {}

impl Drop for Tree {
    fn drop(&mut self) {
        unsafe { (self.0.release)(self.0.tree) }
    }
}

pub enum Found {
    Directory,
    File(TreeFile),
}

fn check(errno: i32) -> io::Result<()> {
    match errno {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

impl Tree {
    /// # Safety
    /// It is this object that releases it.
    pub unsafe fn new(tree: hermes_tree) -> Arc<Self> {
        Arc::new(Tree(tree))
    }

    pub fn open(self: &Arc<Self>, path: &str, to_read: bool) -> io::Result<Found> {
        let mut node = hermes_tree_node {
            file: std::ptr::null_mut(),
            size: 0,
            modified: 0,
            data: std::ptr::null(),
        };
        let open = self.0.open;
        check(unsafe { open(self.0.tree, path.as_ptr(), path.len(), to_read, &mut node) })?;
        if node.file.is_null() {
            return Ok(Found::Directory);
        }
        Ok(Found::File(TreeFile {
            tree: self.clone(),
            node,
            place: None,
        }))
    }

    pub fn list(&self, path: &str) -> io::Result<Vec<DirectoryEntry>> {
        unsafe extern "C" fn visit(
            env: *mut c_void,
            is_directory: bool,
            name: *const u8,
            len: usize,
        ) {
            let name = unsafe { std::slice::from_raw_parts(name, len) };
            // A name that is not UTF-8 cannot be told.
            if let Ok(name) = std::str::from_utf8(name) {
                let entries = unsafe { &mut *env.cast::<Vec<DirectoryEntry>>() };
                entries.push(DirectoryEntry {
                    type_: match is_directory {
                        true => DescriptorType::Directory,
                        false => DescriptorType::RegularFile,
                    },
                    name: name.to_owned(),
                });
            }
        }
        let mut entries: Vec<DirectoryEntry> = vec![];
        let env = (&raw mut entries).cast();
        check(unsafe { (self.0.list)(self.0.tree, path.as_ptr(), path.len(), visit, env) })?;
        Ok(entries)
    }
}

/// An open file of a tree.
pub struct TreeFile {
    tree: Arc<Tree>,
    node: hermes_tree_node,
    /// It counts as open as long as something reads it.
    pub place: Option<Arc<Place>>,
}

// C++ promises that it may be used from any thread.
unsafe impl Send for TreeFile {}
unsafe impl Sync for TreeFile {}

impl Drop for TreeFile {
    fn drop(&mut self) {
        unsafe { (self.tree.0.close)(self.node.file) }
    }
}

impl TreeFile {
    pub fn size(&self) -> u64 {
        self.node.size
    }

    pub fn modified(&self) -> SystemTime {
        let since = Duration::from_nanos(self.node.modified.unsigned_abs());
        match self.node.modified < 0 {
            true => SystemTime::UNIX_EPOCH - since,
            false => SystemTime::UNIX_EPOCH + since,
        }
    }

    /// All of it, where it is in memory.
    pub fn content(&self) -> Option<&[u8]> {
        if self.node.data.is_null() {
            return None;
        }
        // SAFETY: C++ keeps it until the file is closed.
        Some(unsafe { std::slice::from_raw_parts(self.node.data, self.node.size as usize) })
    }

    /// Fewer bytes than asked for at the end alone.
    pub fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let (data, len, mut read) = (into.as_mut_ptr(), into.len(), 0);
        check(unsafe { (self.tree.0.read)(self.node.file, offset, data, len, &mut read) })?;
        Ok(read)
    }
}
