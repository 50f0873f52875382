//! Identifies the file behind a path, whatever names it has.

use std::fs::{self, File, Metadata};
use std::path::{Component, Path, PathBuf};

/// Maximum number of links to follow, the same as the system's.
const LINKS: usize = 40;

/// The identity of a regular file. Devices and pipes have none: writing to them replaces nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum FileIdentity {
    /// Device and inode: the same under each of its names.
    #[cfg(unix)]
    Inode(u64, u64),
    /// Without an inode, or for a file that does not exist yet: the path without links and dots.
    Path(PathBuf),
}

impl FileIdentity {
    /// The identity of the file that a path names, or would create.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => Some(Self::of_file(&found, path)),
            Ok(_) => None,
            Err(_) => Some(Self::Path(absolute(&end_of_links(path)))),
        }
    }

    /// The identity of the regular file behind a stream of this process.
    #[cfg(unix)]
    pub(crate) fn of_stream(stream: impl std::os::fd::AsFd) -> Option<Self> {
        let found = File::from(stream.as_fd().try_clone_to_owned().ok()?).metadata().ok()?;
        found.is_file().then(|| Self::of_file(&found, Path::new("")))
    }

    /// Unknown on this system.
    #[cfg(not(unix))]
    pub(crate) fn of_stream<S>(_: S) -> Option<Self> {
        None
    }

    #[cfg(unix)]
    fn of_file(found: &Metadata, _: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self::Inode(found.dev(), found.ino())
    }

    #[cfg(not(unix))]
    fn of_file(_: &Metadata, path: &Path) -> Self {
        Self::Path(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
    }
}

/// The path that the last link of a chain names, if that file does not exist yet.
fn end_of_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(link) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(link);
    }
    path
}

/// The path without links and dots, resolved as far as its folders exist.
fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut resolved = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => resolved.push(part),
        }
        // A folder that does not exist, or cannot be read, keeps its name.
        if let Ok(found) = fs::canonicalize(&resolved) {
            resolved = found;
        }
    }
    resolved
}
