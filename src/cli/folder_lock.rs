//! One run at a time writes into a folder, so that the files in it are of one run. A lock file names the run; a run that
//! was killed leaves it, and the next one takes it over.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::guard::identity::FileIdentity;
use super::streams::note;
use crate::failure::Failure;
use crate::harmless::{shown, shown_path};

/// Bytes of the lock file that are shown.
const SHOWN: u64 = 200;
/// How often a lock that was taken is gone again before it is given up: each time another run has just ended.
const ATTEMPTS: usize = 1000;

/// A folder that a run is going to write into, and what it is locked as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRequest {
    /// The folder; it, or the one above, must be there.
    pub folder: PathBuf,
    /// Runs of other names may write other files into it at the same time; none where the run's files have fixed names.
    pub report: Option<String>,
}

impl LockRequest {
    fn lock(&self) -> PathBuf {
        let name = |report: &str| {
            report.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(50).collect::<String>()
        };
        let of = self.report.as_deref().map(|report| format!("-{}", name(report))).unwrap_or_default();
        self.folder.join(format!(".dialogram{of}.lock"))
    }
}

/// The locks of this process: a signal ends it at any time, and leaves nothing.
static HELD: Mutex<Vec<HeldLock>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct HeldLock {
    /// Locked as long as it is open.
    file: File,
    lock: PathBuf,
    /// The folder was made for this run, and goes where nothing was written into it.
    new_folder: Option<PathBuf>,
}

/// Folders that are held until this is dropped.
#[derive(Debug)]
pub struct Folders(());

impl Drop for Folders {
    fn drop(&mut self) {
        release();
    }
}

/// Gives back all folders.
pub(super) fn release() {
    for HeldLock { file, lock, new_folder } in HELD.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // Removed while it is locked: a run that waits for it sees that it is gone, and makes a new one.
        let _ = fs::remove_file(lock);
        drop(file);
        if let Some(folder) = new_folder {
            // Fails where the run has written its files, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Holds folders. One that cannot be written is passed over: the code that writes into it reports the error.
///
/// # Errors
///
/// If another run holds one of them, unless `waits`.
pub fn folders(mut wanted: Vec<LockRequest>, waits: bool) -> anyhow::Result<Folders> {
    let held = Folders(());
    // In one order everywhere: two runs never wait for each other.
    wanted.sort_by_key(LockRequest::lock);
    wanted.dedup();
    for one in wanted {
        if let Some(one) = take(&one, waits)? {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        }
    }
    Ok(held)
}

fn take(wanted: &LockRequest, waits: bool) -> anyhow::Result<Option<HeldLock>> {
    let lock = wanted.lock();
    let mut new_folder = None;
    let mut is_told = false;
    for _ in 0..ATTEMPTS {
        if fs::create_dir(&wanted.folder).is_ok() {
            new_folder = Some(wanted.folder.clone());
        }
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&lock);
        let Ok(mut file) = open else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if waits => {
                if !std::mem::replace(&mut is_told, true) {
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
            // A disk without locks: runs there cannot know of each other.
            Err(TryLockError::Error(_)) => {
                let _ = fs::remove_file(&lock);
                return Ok(None);
            }
        }
        if is_at(&file, &lock) {
            let command = std::env::args().nth(1).unwrap_or_default();
            let text = format!("process {}, dialogram {command}\n", std::process::id());
            // Only for others: a full disk is reported where files are written.
            let _ = file.set_len(0).and_then(|()| file.write_all(text.as_bytes()));
            return Ok(Some(HeldLock { file, lock, new_folder }));
        }
    }
    Ok(None)
}

/// `out: another run writes into this folder (process 12, dialogram report)`.
fn holder(file: &mut File, wanted: &LockRequest) -> String {
    let mut text = String::new();
    // It may just be written.
    let _ = file.take(SHOWN).read_to_string(&mut text);
    let who = if text.trim().is_empty() { String::new() } else { format!(" ({})", shown(text.trim())) };
    format!("{}: another run writes into this folder{who}", shown_path(&wanted.folder))
}

/// Whether a path still leads to an open file.
fn is_at(file: &File, path: &Path) -> bool {
    match (FileIdentity::of_stream(file), FileIdentity::of(path)) {
        (Some(open), Some(found)) => open == found,
        // Where files have no identity.
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
        // As after a kill: the file is there, and nobody holds it.
        drop(first);
        assert!(new.join(".dialogram.lock").exists());
        assert!(take(&wanted(None), false).unwrap().is_some());
    }
}
