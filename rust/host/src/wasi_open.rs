//! Where a path leads, and what is opened there.

use crate::refusal::hermes_refusal::HERMES_REFUSED_FILES;
use crate::wasi_descriptor::{Descriptor, Disk, InMemory, InTree, Path, Target, rest_after};
use crate::wasi_files::{Files, Handle, borrow, done};
use crate::wasi_folders::{Folders, Place};
use crate::wasi_memory::Node;
use crate::wasi_space::{ENTRY, Space};
use crate::wasi_tree::Found;
use std::sync::Arc;
use wasmtime_wasi::filesystem;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorFlags, ErrorCode, HostDescriptor, OpenFlags, PathFlags,
};

impl Files<'_> {
    /// Where a path leads that begins at a directory.
    pub fn target(&mut self, from: &Handle, text: &str) -> FsResult<Target> {
        match self.get(from)? {
            Descriptor::Disk { file: Some(_), .. } => Err(ErrorCode::NotDirectory.into()),
            Descriptor::Disk { inner, .. } => Ok(Target::Disk(inner, text.to_owned())),
            Descriptor::Memory { node, .. } => {
                let path = Path::parse(text)?;
                Ok(Target::Memory(InMemory {
                    folder: node.folder()?.clone(),
                    names: path.segments.into_iter().map(str::to_owned).collect(),
                    is_directory: path.is_directory,
                }))
            }
            Descriptor::Tree { file: Some(_), .. } => Err(ErrorCode::NotDirectory.into()),
            Descriptor::Tree { path, .. } if path.is_empty() => self.below_root(text),
            Descriptor::Tree { path, .. } => {
                let below = Path::parse(text)?;
                Ok(Target::Tree(InTree {
                    path: [&[path.as_str()], &below.segments[..]].concat().join("/"),
                    is_directory: below.is_directory,
                }))
            }
        }
    }

    fn below_root(&mut self, text: &str) -> FsResult<Target> {
        let has_var = self.shared()?.var.is_some();
        // What links are there, the text does not tell: the crate follows them.
        if let Some(rest) = rest_after(text, "var")
            && has_var
        {
            return Ok(Target::Disk(self.0.wasi().var()?, rest.to_owned()));
        }
        let Path {
            segments,
            is_directory,
        } = Path::parse(text)?;
        match segments.split_first() {
            Some((&"var", below)) if has_var => {
                let below = match below {
                    [] => ".".to_owned(),
                    below if is_directory => below.join("/") + "/",
                    below => below.join("/"),
                };
                Ok(Target::Disk(self.0.wasi().var()?, below))
            }
            Some((&"tmp", below)) => {
                let budgets = self.0.limiter.budgets();
                let refusals = self.0.refusals();
                Ok(Target::Memory(InMemory {
                    folder: self.0.wasi().tmp(budgets, refusals)?,
                    names: below.iter().map(|&name| name.to_owned()).collect(),
                    is_directory,
                }))
            }
            _ => Ok(Target::Tree(InTree {
                path: segments.join("/"),
                is_directory,
            })),
        }
    }

    pub fn open_at(
        &mut self,
        from: Handle,
        follow: PathFlags,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        let must_be_directory = open.contains(OpenFlags::DIRECTORY);
        match self.target(&from, &path)? {
            Target::Tree(mut at) => {
                at.is_directory |= must_be_directory;
                self.open_in_tree(at, open, flags)
            }
            Target::Memory(mut at) => {
                at.is_directory |= must_be_directory;
                self.open_in_memory(&at, open, flags)
            }
            Target::Disk(inner, path) => self.open_on_disk(inner, follow, path, open, flags),
        }
    }

    /// Before something is opened that takes a descriptor of the process.
    fn place(&self, folders: &Folders) -> FsResult<Arc<Place>> {
        let place = folders.place();
        if place.is_none() {
            self.0.refusals().tell(HERMES_REFUSED_FILES);
        }
        Ok(place.ok_or(ErrorCode::InsufficientMemory)?)
    }

    fn open_in_tree(
        &mut self,
        at: InTree,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        if open.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE)
            || flags.contains(DescriptorFlags::WRITE)
        {
            return Err(ErrorCode::NotPermitted.into());
        }
        let shared = self.shared()?;
        let place = self.place(&shared)?;
        let file = match at.open(&shared.tree, true)? {
            Found::Directory => None,
            Found::File(mut file) => {
                file.place = Some(place);
                Some(Arc::new(file))
            }
        };
        let path = at.path;
        self.push(Descriptor::Tree { path, file })
    }

    fn open_in_memory(
        &mut self,
        at: &InMemory,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        let creates = open.contains(OpenFlags::CREATE);
        let changes = OpenFlags::CREATE | OpenFlags::EXCLUSIVE | OpenFlags::TRUNCATE;
        if open.contains(OpenFlags::DIRECTORY) && open.intersects(changes) {
            return Err(ErrorCode::Invalid.into());
        }
        let writes = open.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE)
            || flags.contains(DescriptorFlags::WRITE);
        let reads = flags.contains(DescriptorFlags::READ) || !writes;
        let node = match at.folder.find(&at.segments()) {
            Ok(_) if creates && open.contains(OpenFlags::EXCLUSIVE) => {
                return Err(ErrorCode::Exist.into());
            }
            Err(ErrorCode::NoEntry) if creates && !at.is_directory => {
                at.folder.make_file(&at.segments())?
            }
            found => found?,
        };
        match &node {
            Node::Folder(_) if writes => return Err(ErrorCode::IsDirectory.into()),
            Node::File(_) if at.is_directory => return Err(ErrorCode::NotDirectory.into()),
            Node::File(file) if open.contains(OpenFlags::TRUNCATE) => file.resize(0)?,
            _ => (),
        }
        self.push(Descriptor::Memory {
            node,
            reads,
            writes,
        })
    }

    fn open_on_disk(
        &mut self,
        inner: u32,
        follow: PathFlags,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Handle> {
        let shared = self.shared()?;
        let place = self.place(&shared)?;
        let refusals = self.0.refusals();
        let _taken = match open.contains(OpenFlags::CREATE) {
            true => self.take(ENTRY)?,
            false => None,
        };
        let disk = &mut self.disk();
        let opened = done(disk.open_at(borrow(inner), follow, path, open, flags))?;
        let file = match disk.table.get(&opened)? {
            filesystem::Descriptor::Dir(_) => None,
            filesystem::Descriptor::File(file) => Some(Disk {
                file: file.file.clone(),
                space: space_of(&shared)?,
                refusals,
                _place: place.clone(),
            }),
        };
        let inner = opened.rep();
        self.push(Descriptor::Disk {
            inner,
            file,
            _place: place,
        })
    }
}

fn space_of(folders: &Folders) -> FsResult<Arc<Space>> {
    let var = folders.var.as_ref().ok_or(ErrorCode::NoEntry)?;
    Ok(var.space.clone())
}
