//! Files appear whole or not at all: each is written to a temporary file in the same folder, flushed and renamed. The
//! old file remains until then.
//!
//! Pipes, devices and `/dev/stdout` are written directly.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::NamedTempFile;

use super::rendered::Bytes;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::temporary::{create_in, remove_abandoned};

/// Writes one file, whole or not at all.
///
/// # Errors
///
/// If it cannot be written; then the old file is unchanged. A closed pipe is an [`io::Error`] of kind `BrokenPipe`.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    tidy([path]);
    stage(path, &bytes, FileAccess::Usual)?.publish()
}

/// Like [`write_whole`], readable only by its owner, even if others could read the old file.
///
/// # Errors
///
/// As [`write_whole`].
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    tidy([path]);
    stage(path, &bytes, FileAccess::Owner)?.publish()
}

/// Who may read a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileAccess {
    /// The permissions of the replaced file, or the system's default for a new file.
    Usual,
    Owner,
}

impl FileAccess {
    /// The permissions of the new file, given those of the replaced one.
    fn permissions(self, replaced: Option<fs::Permissions>) -> Option<fs::Permissions> {
        match self {
            Self::Usual => replaced,
            #[cfg(unix)]
            Self::Owner => Some(std::os::unix::fs::PermissionsExt::from_mode(0o600)),
            #[cfg(not(unix))]
            Self::Owner => replaced,
        }
    }
}

/// Writes the files of one run: all are on the disk before any of them is renamed to its place.
///
/// # Errors
///
/// As [`write_whole`]; if a file cannot be written, none has changed.
pub fn write_all_whole<B: Bytes>(files: &[(PathBuf, B)]) -> Result<()> {
    tidy(files.iter().map(|(path, _)| path.as_path()));
    let staged: Vec<Staged<'_>> =
        files.iter().map(|(path, bytes)| stage(path, bytes, FileAccess::Usual)).collect::<Result<_>>()?;
    staged.into_iter().try_for_each(Staged::publish)
}

/// Removes temporary files of killed runs beside these files.
fn tidy<'a>(paths: impl IntoIterator<Item = &'a Path>) {
    let folder = |path: &Path| match write_target(path) {
        Ok(WriteTarget::Beside { folder, .. }) => Some(folder),
        Ok(WriteTarget::Direct) | Err(_) => None,
    };
    let folders: BTreeSet<PathBuf> = paths.into_iter().filter_map(folder).collect();
    for folder in folders {
        remove_abandoned(&folder);
    }
}

/// Fails early if [`write_whole`] would fail for `path` after the long work. Changes nothing.
///
/// # Errors
///
/// If `path` is a folder, its folder is missing, or one of them may not be written.
pub fn check_file_writable(path: &Path) -> Result<()> {
    match write_target(path)? {
        // A pipe is not opened before it is written: its reader would see the end of the file.
        WriteTarget::Direct => Ok(()),
        WriteTarget::Beside { target, folder, replaces } => {
            // Renaming would succeed even for a write-protected file, and surprise its owner.
            if replaces.is_some() {
                OpenOptions::new().append(true).open(&target).map_err(|error| refused(path, error))?;
            }
            create_in(&folder).map(drop).map_err(|error| refused(path, error))
        }
    }
}

/// Fails early if files could not be written into `folder` after the long work. Changes nothing: a failed run leaves no
/// new folder.
///
/// # Errors
///
/// If it is a file, its parent is missing, or it may not be written.
pub fn check_folder_writable(folder: &Path) -> Result<()> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => create_in(folder).map(drop).map_err(|error| refused(folder, error)),
        Ok(_) => Err(failed(folder, "is a file, but a folder is needed: name another one")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create_in(&above(folder)).map(drop).map_err(|error| refused(folder, error))
        }
        Err(error) => Err(refused(folder, error)),
    }
}

/// Fails early if [`create_tree`] would fail for `folder` after the long work. Changes nothing.
///
/// # Errors
///
/// If its nearest existing parent is not a folder, or may not be written.
pub fn check_tree_writable(folder: &Path) -> Result<()> {
    let mut nearest = folder.to_owned();
    while fs::symlink_metadata(&nearest).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        nearest = above(&nearest);
    }
    check_folder_writable(&nearest)
}

/// Creates a folder with its parents.
///
/// # Errors
///
/// If one cannot be created.
pub fn create_tree(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| refused(folder, error))
}

/// Creates a folder that [`check_folder_writable`] accepted, but not its parents: a mistyped path would become a tree
/// of new folders.
///
/// # Errors
///
/// If it cannot be created.
pub fn create_folder(folder: &Path) -> Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(refused(folder, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The folder that holds `path`.
fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// The streams of this process, as paths.
const STREAMS: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"];

/// The destination of bytes for a path.
enum WriteTarget {
    /// An existing pipe, device or stream of this process.
    Direct,
    /// A new file in `folder`, to be renamed to `target`.
    Beside { target: PathBuf, folder: PathBuf, replaces: Option<fs::Permissions> },
}

/// Whether a path names a stream of this process, which is appended to.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    STREAMS.iter().any(|stream| path.starts_with(stream))
}

fn write_target(path: &Path) -> Result<WriteTarget> {
    // The stream may be a regular file that the shell holds open: a rename would replace that file.
    if is_stream(path) {
        return Ok(WriteTarget::Direct);
    }
    let replaces = match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(failed(path, "is a folder: name a file in it")),
        Ok(found) if !found.is_file() => return Ok(WriteTarget::Direct),
        Ok(found) => Some(found.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(refused(path, error)),
    };
    // A link stays a link: the file that it names is replaced or created.
    let target = match (&replaces, fs::read_link(path)) {
        (Some(_), _) => fs::canonicalize(path).map_err(|error| refused(path, error))?,
        (None, Ok(link)) => path.parent().unwrap_or(Path::new("")).join(link),
        (None, Err(_)) => path.to_owned(),
    };
    let folder = above(&target);
    Ok(WriteTarget::Beside { target, folder, replaces })
}

/// A file that is written but not yet in its place. Dropping it removes it.
enum Staged<'a> {
    Direct { path: &'a Path, bytes: &'a dyn Bytes },
    Beside { path: &'a Path, target: PathBuf, file: NamedTempFile },
}

fn stage<'a>(path: &'a Path, bytes: &'a dyn Bytes, access: FileAccess) -> Result<Staged<'a>> {
    let WriteTarget::Beside { target, folder, replaces } = write_target(path)? else {
        return Ok(Staged::Direct { path, bytes });
    };
    let write = || -> io::Result<NamedTempFile> {
        let mut file = create_in(&folder)?;
        let permissions = access.permissions(replaces);
        // Before it contains anything to read.
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        bytes.write_to(&mut file)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = write().map_err(|error| refused(path, error))?;
    Ok(Staged::Beside { path, target, file })
}

impl Staged<'_> {
    fn publish(self) -> Result<()> {
        match self {
            Self::Direct { path, bytes } => {
                // Appended: the stream may have been written to before.
                let write = |mut file: File| bytes.write_to(&mut file).and_then(|()| file.flush());
                OpenOptions::new().append(true).open(path).and_then(write).map_err(|error| refused(path, error))
            }
            Self::Beside { path, target, file } => {
                file.persist(&target).map(drop).map_err(|error| refused(path, error.error))
            }
        }
    }
}

fn failed(path: &Path, what: &str) -> anyhow::Error {
    Failure::Input.because(format!("{}: {what}", shown_path(path)))
}

fn refused(path: &Path, error: io::Error) -> anyhow::Error {
    let what = match error.kind() {
        // The reader chose to stop; this is not a failure, and the caller ends quietly.
        ErrorKind::BrokenPipe => return anyhow::Error::new(error),
        ErrorKind::NotFound => "its folder does not exist: create it, or name one that does".to_owned(),
        ErrorKind::PermissionDenied => "may not be written: change its permissions, or name another place".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "lies on a read-only disk: name another place".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full: free some space; nothing was replaced".to_owned()
        }
        ErrorKind::FileTooLarge => {
            "would be larger than a file may be: raise the limit (`ulimit -f`); nothing was replaced".to_owned()
        }
        _ => format!("cannot be written: {error}"),
    };
    failed(path, &what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = folder();
        let path = folder.path().join("report.json");
        write_whole(&path, b"old").expect("written");
        write_whole(&path, b"new").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn a_failure_leaves_every_file_as_it_was() {
        let folder = folder();
        let (first, second) = (folder.path().join("report.json"), folder.path().join("missing/report.csv"));
        fs::write(&first, "old").expect("written");
        let error = write_all_whole(&[(first.clone(), b"new".to_vec()), (second.clone(), b"new".to_vec())])
            .expect_err("the folder of the second is missing");
        assert_eq!(
            error.to_string(),
            format!("{}: its folder does not exist: create it, or name one that does", second.display())
        );
        assert_eq!(Failure::of(&error), Some(Failure::Input));
        assert_eq!(fs::read(&first).expect("read"), b"old");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn folders_and_files_do_not_replace_each_other() {
        let folder = folder();
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        let error = check_file_writable(folder.path()).expect_err("it is a folder");
        assert!(error.to_string().ends_with("is a folder: name a file in it"), "{error}");
        let error = check_folder_writable(&file).expect_err("it is a file");
        assert!(error.to_string().ends_with("is a file, but a folder is needed: name another one"), "{error}");
    }

    #[test]
    fn checks_leave_no_trace() {
        let folder = folder();
        let new = folder.path().join("reports");
        check_folder_writable(&new).expect("can be created");
        assert!(names(folder.path()).is_empty());
        create_folder(&new).expect("created");
        create_folder(&new).expect("there already");
        check_folder_writable(&new).expect("there already");
        check_file_writable(&new.join("report.json")).expect("writable");
        assert!(names(&new).is_empty());
        check_folder_writable(&folder.path().join("a/b")).expect_err("only the last folder can be new");
        check_file_writable(&folder.path().join("a/b.json")).expect_err("the folder is missing");
        assert_eq!(names(folder.path()), ["reports"]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).expect("metadata").permissions().mode() & 0o777
        }

        #[test]
        fn permissions_are_the_default_or_those_of_the_old_file() {
            let folder = folder();
            let (plain, ours) = (folder.path().join("plain"), folder.path().join("ours"));
            File::create(&plain).expect("created");
            write_whole(&ours, b"1").expect("written");
            assert_eq!(mode(&ours), mode(&plain));
            fs::set_permissions(&ours, fs::Permissions::from_mode(0o640)).expect("set");
            write_whole(&ours, b"2").expect("written");
            assert_eq!(mode(&ours), 0o640);
        }

        #[test]
        fn a_private_file_is_its_owners() {
            let folder = folder();
            let path = folder.path().join("rejects.jsonl");
            for _ in 0..2 {
                write_private(&path, b"1").expect("written");
                assert_eq!(mode(&path), 0o600);
                fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
            }
        }

        #[test]
        fn a_link_stays_a_link() {
            let folder = folder();
            let (file, link) = (folder.path().join("2026-03.json"), folder.path().join("latest.json"));
            fs::write(&file, "old").expect("written");
            symlink(&file, &link).expect("linked");
            write_whole(&link, b"new").expect("written");
            assert!(fs::symlink_metadata(&link).expect("metadata").is_symlink());
            assert_eq!(fs::read(&file).expect("read"), b"new");
            fs::remove_file(&file).expect("removed");
            write_whole(&link, b"made").expect("written");
            assert_eq!(fs::read(&file).expect("read"), b"made");
        }

        #[test]
        fn devices_and_pipes_are_written_directly() {
            use std::os::unix::fs::FileTypeExt;

            let device = Path::new("/dev/null");
            check_file_writable(device).expect("writable");
            write_whole(device, b"gone").expect("written");
            assert!(fs::metadata(device).expect("metadata").file_type().is_char_device());
            for stream in STREAMS {
                assert!(matches!(write_target(Path::new(stream)), Ok(WriteTarget::Direct)), "{stream}");
            }
        }
    }
}
