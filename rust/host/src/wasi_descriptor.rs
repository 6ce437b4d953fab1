//! What a guest has open: of the tree that is only read, of its `/tmp` in memory, of its `/var` on
//! disk; and which of them a path leads to.

use crate::refusal::{Refusals, hermes_refusal::HERMES_REFUSED_VAR};
use crate::wasi_folders::{Place, full};
use crate::wasi_memory::{self as memory, Folder, Node};
use crate::wasi_space::{Space, Taken};
use crate::wasi_tree::{Found, Tree, TreeFile};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::Arc;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{ErrorCode, MetadataHashValue};

#[derive(Clone)]
pub enum Descriptor {
    Tree {
        path: String,
        /// None of a directory.
        file: Option<Arc<TreeFile>>,
    },
    Memory {
        node: Node,
        reads: bool,
        writes: bool,
    },
    /// The number of one of the crate's in the call's table, which sees to it that no path leads out.
    Disk {
        inner: u32,
        /// None of a directory.
        file: Option<Disk>,
        /// It counts as open as long as something uses it.
        _place: Arc<Place>,
    },
}

/// A file on disk.
#[derive(Clone)]
pub struct Disk {
    pub file: Arc<std::fs::File>,
    pub space: Arc<Space>,
    pub refusals: Refusals,
    pub _place: Arc<Place>,
}

impl Disk {
    /// Room for what is written, while it is written.
    pub fn take(&self, bytes: u64) -> io::Result<Taken> {
        self.space.take(bytes).ok_or_else(|| {
            self.refusals.tell(HERMES_REFUSED_VAR);
            full()
        })
    }
}

/// A file, wherever it is.
#[derive(Clone)]
pub enum File {
    Tree(Arc<TreeFile>),
    Memory(Arc<memory::File>),
    Disk(Disk),
}

impl Descriptor {
    /// To read it.
    pub fn file(&self) -> Result<File, ErrorCode> {
        let file = match self {
            Descriptor::Tree { file, .. } => file.clone().map(File::Tree),
            Descriptor::Disk { file, .. } => file.clone().map(File::Disk),
            Descriptor::Memory { node, reads, .. } => match node {
                Node::File(_) if !reads => return Err(ErrorCode::BadDescriptor),
                Node::File(file) => Some(File::Memory(file.clone())),
                Node::Folder(_) => None,
            },
        };
        file.ok_or(ErrorCode::IsDirectory)
    }

    pub fn file_to_write(&self) -> Result<File, ErrorCode> {
        match self {
            Descriptor::Tree { .. } => Err(ErrorCode::NotPermitted),
            Descriptor::Memory { node, writes, .. } => match node {
                Node::File(file) if *writes => Ok(File::Memory(file.clone())),
                _ => Err(ErrorCode::BadDescriptor),
            },
            Descriptor::Disk { file, .. } => {
                let file = file.clone().ok_or(ErrorCode::BadDescriptor)?;
                Ok(File::Disk(file))
            }
        }
    }
}

/// Where a path leads, before anybody has looked whether something is there.
pub enum Target {
    Tree(InTree),
    Memory(InMemory),
    /// A path below one of the crate's descriptors.
    Disk(u32, String),
}

/// A path of the tree.
pub struct InTree {
    pub path: String,
    /// As `Path` has it.
    pub is_directory: bool,
}

impl InTree {
    pub fn open(&self, tree: &Arc<Tree>, to_read: bool) -> FsResult<Found> {
        match tree.open(&self.path, to_read)? {
            Found::File(_) if self.is_directory => Err(ErrorCode::NotDirectory.into()),
            found => Ok(found),
        }
    }
}

/// Segments below a folder in memory.
pub struct InMemory {
    pub folder: Arc<Folder>,
    pub names: Vec<String>,
    /// As `Path` has it.
    pub is_directory: bool,
}

impl InMemory {
    pub fn segments(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub fn find(&self) -> Result<Node, ErrorCode> {
        match self.folder.find(&self.segments())? {
            Node::File(_) if self.is_directory => Err(ErrorCode::NotDirectory),
            node => Ok(node),
        }
    }
}

/// A path as its text has it.
pub struct Path<'a> {
    pub segments: Vec<&'a str>,
    /// What it names must be a directory: "a/", "a/.".
    pub is_directory: bool,
}

const LONGEST_NAME: usize = 255;

impl<'a> Path<'a> {
    /// ".." goes back in the text, not in what is there. What is above the folder is refused.
    pub fn parse(text: &'a str) -> Result<Self, ErrorCode> {
        if text.is_empty() {
            return Err(ErrorCode::NoEntry);
        }
        if text.starts_with('/') {
            return Err(ErrorCode::NotPermitted);
        }
        if text.contains('\0') {
            return Err(ErrorCode::Invalid);
        }
        let mut segments = vec![];
        let mut is_directory = false;
        for segment in text.split('/') {
            is_directory = matches!(segment, "" | "." | "..");
            match segment {
                "" | "." => (),
                ".." => drop(segments.pop().ok_or(ErrorCode::NotPermitted)?),
                name if name.len() > LONGEST_NAME => return Err(ErrorCode::NameTooLong),
                name => segments.push(name),
            }
        }
        Ok(Path {
            segments,
            is_directory,
        })
    }
}

/// The rest of a path that begins with that name, "." if nothing follows.
pub fn rest_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut text = text;
    while let Some(rest) = text.strip_prefix("./") {
        text = rest.trim_start_matches('/');
    }
    let rest = text.strip_prefix(name)?;
    match rest.strip_prefix('/') {
        Some(rest) => match rest.trim_start_matches('/') {
            "" => Some("."),
            rest => Some(rest),
        },
        None => rest.is_empty().then_some("."),
    }
}

/// What tells an object from others.
pub fn hash_of(identity: impl Hash) -> MetadataHashValue {
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    let lower = hasher.finish();
    lower.hash(&mut hasher);
    MetadataHashValue {
        lower,
        upper: hasher.finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(text: &str) -> Result<(Vec<&str>, bool), ErrorCode> {
        Path::parse(text).map(|path| (path.segments, path.is_directory))
    }

    #[test]
    fn paths_stay_below() {
        assert_eq!(segments("a/b"), Ok((vec!["a", "b"], false)));
        assert_eq!(segments("a//./b/"), Ok((vec!["a", "b"], true)));
        assert_eq!(segments("a/../b"), Ok((vec!["b"], false)));
        assert_eq!(segments("a/.."), Ok((vec![], true)));
        assert_eq!(segments("."), Ok((vec![], true)));
        assert_eq!(segments(".."), Err(ErrorCode::NotPermitted));
        assert_eq!(segments("a/../../b"), Err(ErrorCode::NotPermitted));
        assert_eq!(segments("/a"), Err(ErrorCode::NotPermitted));
        assert_eq!(segments(""), Err(ErrorCode::NoEntry));
        assert_eq!(segments("a\0b"), Err(ErrorCode::Invalid));
        assert_eq!(segments(&"x".repeat(256)), Err(ErrorCode::NameTooLong));
    }

    #[test]
    fn a_name_is_followed_by_the_rest() {
        assert_eq!(rest_after("var", "var"), Some("."));
        assert_eq!(rest_after("var/", "var"), Some("."));
        assert_eq!(rest_after("././/var//a/../b/", "var"), Some("a/../b/"));
        assert_eq!(rest_after("var/../tmp", "var"), Some("../tmp"));
        assert_eq!(rest_after("various", "var"), None);
        assert_eq!(rest_after("va", "var"), None);
        assert_eq!(rest_after("etc/../var", "var"), None);
    }
}
