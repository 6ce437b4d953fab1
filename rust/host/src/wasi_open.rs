//! Where a path leads, and what is opened there.

use crate::wasi_descriptor::{Descriptor, Disk, Path, Target, rest_after};
use crate::wasi_files::{Files, Handle, borrow, done, segments};
use crate::wasi_folders::Folders;
use crate::wasi_memory::{Folder, Node};
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
                let names = path.segments.into_iter().map(str::to_owned).collect();
                Ok(Target::Memory(node.folder()?.clone(), names))
            }
            Descriptor::Tree { file: Some(_), .. } => Err(ErrorCode::NotDirectory.into()),
            Descriptor::Tree { path, .. } if path.is_empty() => self.below_root(text),
            Descriptor::Tree { path, .. } => {
                let below = Path::parse(text)?.segments;
                Ok(Target::Tree(
                    [&[path.as_str()], &below[..]].concat().join("/"),
                ))
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
        let path = Path::parse(text)?.segments;
        match path.split_first() {
            Some((&"var", below)) if has_var => {
                let below = match below {
                    [] => ".".to_owned(),
                    below => below.join("/"),
                };
                Ok(Target::Disk(self.0.wasi().var()?, below))
            }
            Some((&"tmp", below)) => {
                let below = below.iter().map(|&name| name.to_owned()).collect();
                let budgets = self.0.limiter.budgets();
                Ok(Target::Memory(self.0.wasi().tmp(budgets)?, below))
            }
            _ => Ok(Target::Tree(path.join("/"))),
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
        let must_be_directory = open.contains(OpenFlags::DIRECTORY)
            || Path::parse(&path).is_ok_and(|path| path.is_directory);
        match self.target(&from, &path)? {
            Target::Tree(path) => self.open_in_tree(path, open, flags, must_be_directory),
            Target::Memory(folder, names) => {
                self.open_in_memory(&folder, &segments(&names), open, flags, must_be_directory)
            }
            Target::Disk(inner, path) => self.open_on_disk(inner, follow, path, open, flags),
        }
    }

    fn open_in_tree(
        &mut self,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
        must_be_directory: bool,
    ) -> FsResult<Handle> {
        if open.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE)
            || flags.contains(DescriptorFlags::WRITE)
        {
            return Err(ErrorCode::NotPermitted.into());
        }
        let shared = self.shared()?;
        let place = shared.place().ok_or(ErrorCode::InsufficientMemory)?;
        let file = match shared.tree.open(&path, true)? {
            Found::Directory => None,
            Found::File(_) if must_be_directory => return Err(ErrorCode::NotDirectory.into()),
            Found::File(mut file) => {
                file.place = Some(place);
                Some(Arc::new(file))
            }
        };
        self.push(Descriptor::Tree { path, file })
    }

    fn open_in_memory(
        &mut self,
        folder: &Arc<Folder>,
        path: &[&str],
        open: OpenFlags,
        flags: DescriptorFlags,
        must_be_directory: bool,
    ) -> FsResult<Handle> {
        let creates = open.contains(OpenFlags::CREATE);
        let changes = OpenFlags::CREATE | OpenFlags::EXCLUSIVE | OpenFlags::TRUNCATE;
        if open.contains(OpenFlags::DIRECTORY) && open.intersects(changes) {
            return Err(ErrorCode::Invalid.into());
        }
        let writes = open.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE)
            || flags.contains(DescriptorFlags::WRITE);
        let reads = flags.contains(DescriptorFlags::READ) || !writes;
        let node = match folder.find(path) {
            Ok(_) if creates && open.contains(OpenFlags::EXCLUSIVE) => {
                return Err(ErrorCode::Exist.into());
            }
            Err(ErrorCode::NoEntry) if creates && !must_be_directory => folder.make_file(path)?,
            found => found?,
        };
        match &node {
            Node::Folder(_) if writes => return Err(ErrorCode::IsDirectory.into()),
            Node::File(_) if must_be_directory => return Err(ErrorCode::NotDirectory.into()),
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
        let place = shared.place().ok_or(ErrorCode::InsufficientMemory)?;
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
