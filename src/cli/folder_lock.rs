//! One run at a time writes into a folder, so that all files in it come from one run. A lock file names the run. A
//! killed run leaves the file behind, and the next run takes it over.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::streams::note;
use crate::failure::Failure;
use crate::file_identity::FileIdentity;
use crate::harmless::{shown, shown_path};

/// Maximum bytes of the lock file that are shown.
const SHOWN: u64 = 200;
/// How many times a lock may vanish right after it was taken before the run gives up; each time another run has just
/// ended.
const ATTEMPTS: usize = 1000;

/// A folder that a run will write into, and the name of its lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRequest {
    /// The folder. It or its parent must exist.
    pub folder: PathBuf,
    /// Runs of other reports may write other files into the folder at the same time; `None` if the run's files have
    /// fixed names.
    pub report: Option<String>,
}

impl LockRequest {
    fn lock(&self) -> PathBuf {
        let name = |report: &str| {
            report.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(50).collect::<String>()
        };
        let of_report = self.report.as_deref().map(|report| format!("-{}", name(report))).unwrap_or_default();
        self.folder.join(format!(".dialogram{of_report}.lock"))
    }
}

/// The locks of this process. A signal may end it at any time, and then removes them.
static LOCKS: Mutex<Vec<HeldLock>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct HeldLock {
    /// The lock lasts while this is open.
    file: File,
    lock: PathBuf,
    /// The folder, if it was created for this run; removed again if the run wrote nothing into it.
    new_folder: Option<PathBuf>,
}

/// The locked folders; dropping this releases them.
#[derive(Debug)]
pub struct Folders(());

impl Drop for Folders {
    fn drop(&mut self) {
        release();
    }
}

/// Releases all folders.
pub(super) fn release() {
    for HeldLock { file, lock, new_folder } in LOCKS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // Removed while still locked: a waiting run sees that the file is gone, and makes a new one.
        let _ = fs::remove_file(lock);
        drop(file);
        if let Some(folder) = new_folder {
            // Fails if the run has written its files, as intended.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Locks folders. Skips folders that cannot be written: the code that writes into them reports the error.
///
/// # Errors
///
/// If another run holds one of them, unless `waits`.
pub fn folders(mut wanted: Vec<LockRequest>, waits: bool) -> anyhow::Result<Folders> {
    let held = Folders(());
    // The same order in every run, so that two runs never wait for each other.
    wanted.sort_by_key(LockRequest::lock);
    wanted.dedup();
    for one in wanted {
        if let Some(one) = take(&one, waits)? {
            LOCKS.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        }
    }
    Ok(held)
}

fn take(wanted: &LockRequest, waits: bool) -> anyhow::Result<Option<HeldLock>> {
    let lock = wanted.lock();
    let mut new_folder = None;
    let mut is_printed = false;
    for _ in 0..ATTEMPTS {
        if fs::create_dir(&wanted.folder).is_ok() {
            new_folder = Some(wanted.folder.clone());
        }
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&lock);
        let Ok(mut file) = open else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if waits => {
                if !std::mem::replace(&mut is_printed, true) {
                    note(&format!("note: waiting for {}", holder(&mut file, wanted)));
                }
                if file.lock().is_err() {
                    return Ok(None);
                }
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Input
                    .because(format!("{}: start again when it has ended, or give --wait", holder(&mut file, wanted))));
            }
            // This file system has no locks: runs cannot see each other.
            Err(TryLockError::Error(_)) => {
                let _ = fs::remove_file(&lock);
                return Ok(None);
            }
        }
        if is_at(&file, &lock) {
            let command = std::env::args().nth(1).unwrap_or_default();
            let text = format!("process {}, dialogram {command}\n", std::process::id());
            // The text only informs other runs; a full disk is reported when the files are written.
            let _ = file.set_len(0).and_then(|()| file.write_all(text.as_bytes()));
            return Ok(Some(HeldLock { file, lock, new_folder }));
        }
    }
    Ok(None)
}

/// `out: another run writes into this folder (process 12, dialogram report)`.
fn holder(file: &mut File, wanted: &LockRequest) -> String {
    let mut text = String::new();
    // Another run may be writing the text at this moment.
    let _ = file.take(SHOWN).read_to_string(&mut text);
    let who = if text.trim().is_empty() { String::new() } else { format!(" ({})", shown(text.trim())) };
    format!("{}: another run writes into this folder{who}", shown_path(&wanted.folder))
}

/// Whether a path still names an open file.
fn is_at(file: &File, path: &Path) -> bool {
    match (FileIdentity::of_stream(file), FileIdentity::of(path)) {
        (Some(open), Some(found)) => open == found,
        // This system gives files no identity.
        (None, _) => path.exists(),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_owner_and_a_dead_one_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("new");
        let wanted = |report: Option<&str>| LockRequest { folder: new.clone(), report: report.map(str::to_owned) };
        let first = take(&wanted(None), false).unwrap().unwrap();
        let message = take(&wanted(None), false).unwrap_err().to_string();
        assert!(message.contains(&format!("(process {}, dialogram", std::process::id())), "{message}");
        assert!(message.contains("another run writes into this folder") && message.contains("--wait"), "{message}");
        assert!(take(&wanted(Some("weekly")), false).unwrap().is_some());
        // As after a kill: the file exists, and no process holds it.
        drop(first);
        assert!(new.join(".dialogram.lock").exists());
        assert!(take(&wanted(None), false).unwrap().is_some());
    }
}
