//! Temporary files beside the files that they replace. Each is locked by its run, so that a later run can recognise and
//! remove those of runs that were killed.

use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::harmless::shown_path;

const PREFIX: &str = ".dialogram-";
const SUFFIX: &str = ".tmp";
/// The number of random characters in the name.
const RANDOM: usize = 6;
/// The most attempts: a new file may be mistaken for an abandoned one before it is locked.
const ATTEMPTS: usize = 100;

/// The temporary files of this process: a signal may end it at any time, and must leave none.
static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the temporary files of this process, which is about to end: no more can be made.
pub(crate) fn remove_own() {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    for path in made.iter() {
        // A file that was renamed is no longer at this path.
        let _ = fs::remove_file(path);
    }
    // The lock is never released: another thread may be about to make a file.
    std::mem::forget(made);
}

/// Makes a new file in `folder` with the usual permissions. It is removed when it is dropped.
///
/// # Errors
///
/// If it cannot be made.
pub(crate) fn create_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system applies the umask; without this, only the owner could access the file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..ATTEMPTS {
        let file = builder.tempfile_in(folder)?;
        // If the disk does not support locks, nothing on it is ever removed.
        let is_ours = !matches!(file.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if is_ours && file.path().exists() {
            made.push(file.path().to_owned());
            return Ok(file);
        }
    }
    Err(io::Error::other("temporary files are removed as soon as they are made"))
}

/// Removes the temporary files of runs that were killed. Those of active runs are locked and remain, and so do files
/// that cannot be removed.
pub(crate) fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_temporary(&entry.file_name().to_string_lossy()) {
            let path = entry.path();
            let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) else { continue };
            if file.try_lock().is_ok() {
                // Locked while it is removed: a run that has just made it detects that, and makes another one.
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn is_temporary(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The error of a temporary file for data that does not fit into memory (`contents`: events, facts). The program is not
/// at fault: the disk is full, or the folder does not exist.
#[must_use]
pub(crate) fn unusable(contents: &str, error: &io::Error) -> anyhow::Error {
    let folder = std::env::temp_dir();
    Failure::Input.because(format!(
        "{}: no temporary file for {contents} that do not fit into memory: {error}; make room there, name another folder in \
         TMPDIR, or raise --memory",
        shown_path(&folder)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_without_an_owner_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let alive = create_in(folder.path()).unwrap();
        let abandoned = folder.path().join(".dialogram-aB3xyz.tmp");
        let others =
            [".dialogram-notes.tmp", ".dialogram-aB3xyz.tmp.old", "dialogram-aB3xyz.tmp", ".dialogram-aB.xyz.tmp"];
        fs::write(&abandoned, "half").unwrap();
        for name in others {
            fs::write(folder.path().join(name), "mine").unwrap();
        }
        remove_abandoned(folder.path());
        assert!(!abandoned.exists() && alive.path().exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn a_full_disk_is_an_input_error() {
        let error = unusable("facts", &io::ErrorKind::StorageFull.into());
        assert_eq!(Failure::of(&error), Some(Failure::Input));
        let message = error.to_string();
        assert!(message.contains("TMPDIR") && message.contains("--memory"), "{message}");
    }
}
