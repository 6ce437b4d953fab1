//! The `/tmp` of a call: files and folders in memory, which go with the call.

use crate::wasi_quota::{ENTRY, Quota, Room};
use std::collections::BTreeMap;
use std::mem::take;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;
use wasmtime_wasi::p2::bindings::filesystem::types::{DescriptorType, DirectoryEntry, ErrorCode};

/// What a file that grows takes at once, at most.
const STEP: usize = 1 << 20;
const PAGE: usize = 4 << 10;

type Result<T> = std::result::Result<T, ErrorCode>;

#[derive(Clone)]
pub enum Node {
    Folder(Arc<Folder>),
    File(Arc<File>),
}

impl Node {
    /// What tells it from all others of this process.
    pub fn number(&self) -> u64 {
        match self {
            Node::Folder(folder) => folder.number,
            Node::File(file) => file.number,
        }
    }

    pub fn kind(&self) -> DescriptorType {
        match self {
            Node::Folder(_) => DescriptorType::Directory,
            Node::File(_) => DescriptorType::RegularFile,
        }
    }

    pub fn size(&self) -> u64 {
        match self {
            Node::Folder(_) => 0,
            Node::File(file) => file.content.lock().unwrap().bytes.len() as u64,
        }
    }

    pub fn modified(&self) -> SystemTime {
        match self {
            Node::Folder(folder) => folder.inside.lock().unwrap().modified,
            Node::File(file) => file.content.lock().unwrap().modified,
        }
    }

    pub fn set_modified(&self, time: SystemTime) {
        match self {
            Node::Folder(folder) => folder.inside.lock().unwrap().modified = time,
            Node::File(file) => file.content.lock().unwrap().modified = time,
        }
    }

    pub fn folder(&self) -> Result<&Arc<Folder>> {
        match self {
            Node::Folder(folder) => Ok(folder),
            Node::File(_) => Err(ErrorCode::NotDirectory),
        }
    }
}

fn next_number() -> u64 {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

pub struct File {
    number: u64,
    content: Mutex<Content>,
}

struct Content {
    bytes: Vec<u8>,
    room: Room,
    modified: SystemTime,
}

impl File {
    fn new(quota: &Arc<Quota>) -> Result<Arc<Self>> {
        let content = Mutex::new(Content {
            bytes: vec![],
            room: Room::new(quota)?,
            modified: SystemTime::now(),
        });
        Ok(Arc::new(File {
            number: next_number(),
            content,
        }))
    }

    /// Calls `f` with the bytes from `offset` on, `len` at most.
    pub fn read<T>(&self, offset: u64, len: usize, f: impl FnOnce(&[u8]) -> T) -> T {
        let content = self.content.lock().unwrap();
        let begin = content
            .bytes
            .len()
            .min(offset.try_into().unwrap_or(usize::MAX));
        let end = content.bytes.len().min(begin.saturating_add(len));
        f(&content.bytes[begin..end])
    }

    /// At the end if there is no offset. Returns where it ended.
    pub fn write(&self, offset: Option<u64>, bytes: &[u8]) -> Result<u64> {
        let mut content = self.content.lock().unwrap();
        let begin = offset.unwrap_or(content.bytes.len() as u64);
        if bytes.is_empty() {
            return Ok(begin);
        }
        let end = begin.checked_add(bytes.len() as u64);
        let end = usize::try_from(end.ok_or(ErrorCode::FileTooLarge)?);
        let end = end.map_err(|_| ErrorCode::FileTooLarge)?;
        content.reserve(end)?;
        if content.bytes.len() < end {
            content.bytes.resize(end, 0);
        }
        content.bytes[begin as usize..end].copy_from_slice(bytes);
        content.modified = SystemTime::now();
        Ok(end as u64)
    }

    pub fn resize(&self, size: u64) -> Result<()> {
        let size = usize::try_from(size).map_err(|_| ErrorCode::FileTooLarge)?;
        let mut content = self.content.lock().unwrap();
        content.reserve(size)?;
        content.bytes.resize(size, 0);
        content.give_back();
        content.modified = SystemTime::now();
        Ok(())
    }
}

impl Content {
    fn reserve(&mut self, size: usize) -> Result<()> {
        let capacity = self.bytes.capacity();
        if size <= capacity {
            return Ok(());
        }
        let ample = size.max(capacity.saturating_add(capacity.clamp(PAGE, STEP)));
        for wanted in [ample, size] {
            if !self.room.resize(wanted.saturating_add(ENTRY)) {
                continue;
            }
            let more = wanted - self.bytes.len();
            if self.bytes.try_reserve_exact(more).is_ok() {
                return Ok(());
            }
            self.room.resize(capacity + ENTRY);
        }
        Err(self.room.quota.refuse())
    }

    fn give_back(&mut self) {
        if self.bytes.len() < self.bytes.capacity() / 2 {
            self.bytes.shrink_to_fit();
            self.room.resize(self.bytes.capacity() + ENTRY);
        }
    }
}

pub struct Folder {
    number: u64,
    inside: Mutex<Inside>,
    room: Room,
}

struct Inside {
    entries: BTreeMap<String, Node>,
    modified: SystemTime,
    /// It has no name any more, so that nothing can be made in it.
    is_removed: bool,
}

impl Drop for Folder {
    /// Without recursion, however deep it is.
    fn drop(&mut self) {
        let mut nodes: Vec<Node> = self.take_entries().into_values().collect();
        while let Some(node) = nodes.pop() {
            if let Node::Folder(folder) = node
                && let Some(folder) = Arc::into_inner(folder)
            {
                nodes.extend(folder.take_entries().into_values());
            }
        }
    }
}

impl Folder {
    pub fn new(quota: &Arc<Quota>) -> Result<Arc<Self>> {
        let inside = Mutex::new(Inside {
            entries: BTreeMap::new(),
            modified: SystemTime::now(),
            is_removed: false,
        });
        Ok(Arc::new(Folder {
            number: next_number(),
            inside,
            room: Room::new(quota)?,
        }))
    }

    fn take_entries(&self) -> BTreeMap<String, Node> {
        take(&mut self.inside.lock().unwrap().entries)
    }

    fn quota(&self) -> &Arc<Quota> {
        &self.room.quota
    }

    /// What those segments lead to.
    pub fn find(self: &Arc<Self>, segments: &[&str]) -> Result<Node> {
        let mut node = Node::Folder(self.clone());
        for segment in segments {
            let next = node.folder()?.get(segment);
            node = next.ok_or(ErrorCode::NoEntry)?;
        }
        Ok(node)
    }

    fn get(&self, name: &str) -> Option<Node> {
        self.inside.lock().unwrap().entries.get(name).cloned()
    }

    fn parent(self: &Arc<Self>, segments: &[&str]) -> Result<(Arc<Folder>, String)> {
        // The folder itself cannot be made, removed or renamed.
        let (name, above) = segments.split_last().ok_or(ErrorCode::NotPermitted)?;
        let parent = self.find(above)?.folder()?.clone();
        Ok((parent, (*name).to_owned()))
    }

    fn add(&self, name: String, make: impl FnOnce() -> Result<Node>) -> Result<Node> {
        let mut inside = self.inside.lock().unwrap();
        if inside.is_removed {
            return Err(ErrorCode::NoEntry);
        }
        if inside.entries.contains_key(&name) {
            return Err(ErrorCode::Exist);
        }
        let node = make()?;
        inside.entries.insert(name, node.clone());
        inside.modified = SystemTime::now();
        Ok(node)
    }

    pub fn make_folder(self: &Arc<Self>, segments: &[&str]) -> Result<()> {
        if segments.is_empty() {
            return Err(ErrorCode::Exist);
        }
        let (parent, name) = self.parent(segments)?;
        parent.add(name, || Ok(Node::Folder(Folder::new(self.quota())?)))?;
        Ok(())
    }

    pub fn make_file(self: &Arc<Self>, segments: &[&str]) -> Result<Node> {
        let (parent, name) = self.parent(segments)?;
        parent.add(name, || Ok(Node::File(File::new(self.quota())?)))
    }

    pub fn remove_file(self: &Arc<Self>, segments: &[&str]) -> Result<()> {
        let (parent, name) = self.parent(segments)?;
        match parent.get(&name).ok_or(ErrorCode::NoEntry)? {
            Node::File(_) => parent.forget(&name),
            Node::Folder(_) => return Err(ErrorCode::IsDirectory),
        }
        Ok(())
    }

    pub fn remove_folder(self: &Arc<Self>, segments: &[&str]) -> Result<()> {
        let (parent, name) = self.parent(segments)?;
        let node = parent.get(&name).ok_or(ErrorCode::NoEntry)?;
        node.folder()?.end()?;
        parent.forget(&name);
        Ok(())
    }

    fn forget(&self, name: &str) {
        let mut inside = self.inside.lock().unwrap();
        inside.entries.remove(name);
        inside.modified = SystemTime::now();
    }

    /// If it is empty, nothing is made in it any more.
    fn end(&self) -> Result<()> {
        let mut inside = self.inside.lock().unwrap();
        match inside.entries.is_empty() {
            true => inside.is_removed = true,
            false => return Err(ErrorCode::NotEmpty),
        }
        Ok(())
    }

    /// As rename(2) has it.
    pub fn rename(
        self: &Arc<Self>,
        from: &[&str],
        to_folder: &Arc<Self>,
        to: &[&str],
    ) -> Result<()> {
        let (old_parent, old_name) = self.parent(from)?;
        let (new_parent, new_name) = to_folder.parent(to)?;
        let node = old_parent.get(&old_name).ok_or(ErrorCode::NoEntry)?;
        if let Node::Folder(folder) = &node
            && folder.holds(&new_parent)
        {
            return Err(ErrorCode::Invalid);
        }
        if new_parent.inside.lock().unwrap().is_removed {
            return Err(ErrorCode::NoEntry);
        }
        match (&node, new_parent.get(&new_name)) {
            (_, Some(there)) if there.number() == node.number() => return Ok(()),
            (Node::File(_), Some(Node::Folder(_))) => return Err(ErrorCode::IsDirectory),
            (Node::Folder(_), Some(Node::File(_))) => return Err(ErrorCode::NotDirectory),
            (Node::Folder(_), Some(Node::Folder(there))) => there.end()?,
            _ => (),
        }
        old_parent.forget(&old_name);
        let mut inside = new_parent.inside.lock().unwrap();
        inside.entries.insert(new_name, node);
        inside.modified = SystemTime::now();
        Ok(())
    }

    /// Whether the other is this one, or somewhere in it.
    fn holds(self: &Arc<Self>, other: &Arc<Self>) -> bool {
        let mut folders = vec![self.clone()];
        while let Some(folder) = folders.pop() {
            if folder.number == other.number {
                return true;
            }
            let inside = folder.inside.lock().unwrap();
            folders.extend(inside.entries.values().filter_map(|node| match node {
                Node::Folder(folder) => Some(folder.clone()),
                Node::File(_) => None,
            }));
        }
        false
    }

    pub fn list(&self) -> Vec<DirectoryEntry> {
        let inside = self.inside.lock().unwrap();
        let entry = |(name, node): (&String, &Node)| DirectoryEntry {
            type_: node.kind(),
            name: name.clone(),
        };
        inside.entries.iter().map(entry).collect()
    }
}

#[cfg(test)]
#[path = "wasi_memory_test.rs"]
mod tests;
