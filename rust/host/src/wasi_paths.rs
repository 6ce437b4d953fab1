//! What wasi:filesystem does by paths, but for opening them.

use crate::wasi_descriptor::{Target, hash_of};
use crate::wasi_files::{Files, Handle, borrow, done, stat, stat_of, system_time};
use crate::wasi_memory::Node;
use crate::wasi_space::ENTRY;
use crate::wasi_tree::Found;
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorStat, DescriptorType, ErrorCode, HostDescriptor, MetadataHashValue, NewTimestamp,
    PathFlags,
};

impl Files<'_> {
    pub fn set_times_at(
        &mut self,
        this: Handle,
        follow: PathFlags,
        path: String,
        access: NewTimestamp,
        modification: NewTimestamp,
    ) -> FsResult<()> {
        match self.target(&this, &path)? {
            Target::Disk(inner, path) => {
                done(
                    self.disk()
                        .set_times_at(borrow(inner), follow, path, access, modification),
                )
            }
            Target::Tree(_) => Err(ErrorCode::NotPermitted.into()),
            Target::Memory(at) => {
                let node = at.find()?;
                if let Some(time) = system_time(modification)? {
                    node.set_modified(time);
                }
                Ok(())
            }
        }
    }

    pub fn stat_at(
        &mut self,
        this: Handle,
        follow: PathFlags,
        path: String,
    ) -> FsResult<DescriptorStat> {
        Ok(match self.target(&this, &path)? {
            Target::Disk(inner, path) => {
                return done(self.disk().stat_at(borrow(inner), follow, path));
            }
            Target::Memory(at) => stat_of(&at.find()?),
            Target::Tree(at) => match at.open(&self.shared()?.tree, false)? {
                Found::Directory => stat(DescriptorType::Directory, 0, None),
                Found::File(file) => stat(
                    DescriptorType::RegularFile,
                    file.size(),
                    Some(file.modified()),
                ),
            },
        })
    }

    pub fn create_directory_at(&mut self, this: Handle, path: String) -> FsResult<()> {
        match self.target(&this, &path)? {
            Target::Tree(_) => Err(ErrorCode::NotPermitted.into()),
            Target::Memory(at) => Ok(at.folder.make_folder(&at.segments())?),
            Target::Disk(inner, path) => {
                let _taken = self.take(ENTRY)?;
                done(self.disk().create_directory_at(borrow(inner), path))
            }
        }
    }

    pub fn remove_directory_at(&mut self, this: Handle, path: String) -> FsResult<()> {
        match self.target(&this, &path)? {
            Target::Tree(_) => Err(ErrorCode::NotPermitted.into()),
            Target::Memory(at) => Ok(at.folder.remove_folder(&at.segments())?),
            Target::Disk(inner, path) => done(self.disk().remove_directory_at(borrow(inner), path)),
        }
    }

    pub fn unlink_file_at(&mut self, this: Handle, path: String) -> FsResult<()> {
        match self.target(&this, &path)? {
            Target::Tree(at) => {
                if at.is_directory {
                    at.open(&self.shared()?.tree, false)?;
                }
                Err(ErrorCode::NotPermitted.into())
            }
            Target::Memory(at) => {
                at.find()?;
                Ok(at.folder.remove_file(&at.segments())?)
            }
            Target::Disk(inner, path) => done(self.disk().unlink_file_at(borrow(inner), path)),
        }
    }

    pub fn rename_at(
        &mut self,
        this: Handle,
        path: String,
        other: Handle,
        new: String,
    ) -> FsResult<()> {
        match (self.target(&this, &path)?, self.target(&other, &new)?) {
            (Target::Memory(from), Target::Memory(to)) => {
                if let Node::File(_) = from.find()?
                    && to.is_directory
                {
                    return Err(ErrorCode::NotDirectory.into());
                }
                Ok(from
                    .folder
                    .rename(&from.segments(), &to.folder, &to.segments())?)
            }
            (Target::Disk(from, old), Target::Disk(to, new)) => {
                done(self.disk().rename_at(borrow(from), old, borrow(to), new))
            }
            (Target::Tree(_), _) | (_, Target::Tree(_)) => Err(ErrorCode::NotPermitted.into()),
            _ => Err(ErrorCode::CrossDevice.into()),
        }
    }

    pub fn link_at(
        &mut self,
        this: Handle,
        follow: PathFlags,
        path: String,
        other: Handle,
        new: String,
    ) -> FsResult<()> {
        match (self.target(&this, &path)?, self.target(&other, &new)?) {
            (Target::Disk(from, old), Target::Disk(to, new)) => {
                let _taken = self.take(ENTRY)?;
                done(
                    self.disk()
                        .link_at(borrow(from), follow, old, borrow(to), new),
                )
            }
            (Target::Tree(_), _) | (_, Target::Tree(_)) => Err(ErrorCode::NotPermitted.into()),
            (Target::Memory(..), Target::Memory(..)) => Err(ErrorCode::Unsupported.into()),
            _ => Err(ErrorCode::CrossDevice.into()),
        }
    }

    pub fn symlink_at(&mut self, this: Handle, to: String, path: String) -> FsResult<()> {
        match self.target(&this, &path)? {
            Target::Tree(_) => Err(ErrorCode::NotPermitted.into()),
            Target::Memory(..) => Err(ErrorCode::Unsupported.into()),
            Target::Disk(inner, path) => {
                let _taken = self.take(ENTRY)?;
                done(self.disk().symlink_at(borrow(inner), to, path))
            }
        }
    }

    /// There are links on disk alone.
    pub fn readlink_at(&mut self, this: Handle, path: String) -> FsResult<String> {
        match self.target(&this, &path)? {
            Target::Disk(inner, path) => return done(self.disk().readlink_at(borrow(inner), path)),
            Target::Memory(at) => drop(at.find()?),
            Target::Tree(at) => drop(at.open(&self.shared()?.tree, false)?),
        }
        Err(ErrorCode::Invalid.into())
    }

    pub fn metadata_hash_at(
        &mut self,
        this: Handle,
        follow: PathFlags,
        path: String,
    ) -> FsResult<MetadataHashValue> {
        match self.target(&this, &path)? {
            Target::Disk(inner, path) => {
                done(self.disk().metadata_hash_at(borrow(inner), follow, path))
            }
            Target::Memory(at) => Ok(hash_of(at.find()?.number())),
            Target::Tree(at) => {
                at.open(&self.shared()?.tree, false)?;
                Ok(hash_of(at.path))
            }
        }
    }
}
