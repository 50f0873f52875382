//! Checks the files of a run before anything is read: no output may replace an input, another output, or a file that
//! this program did not write.

use std::path::{Path, PathBuf};

use super::folder_lock::{self, Folders, LockRequest};
use super::report_file::STANDARD_STREAM;
use super::templates::is_path;
use crate::failure::{Failure, input_error};
use crate::file_identity::FileIdentity;
use crate::fold::folder::{file_names, is_folder_of_facts};
use crate::harmless::shown_path;
use crate::ingest::arguments::resolve;
use crate::ingest::source::Source;
use crate::render::own_files::is_ours;
use crate::render::whole_file::is_stream;

/// A file and the flag or argument that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedFile {
    /// The flag or argument: `--rejects`, `LOG`.
    flag: &'static str,
    path: PathBuf,
}

impl NamedFile {
    /// For messages: `--rejects a.jsonl`.
    fn shown(&self) -> String {
        format!("{} {}", self.flag, shown_path(&self.path))
    }
}

/// The files that a run reads and writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    inputs: Vec<NamedFile>,
    outputs: Vec<NamedFile>,
    not_folders: Vec<NamedFile>,
    reads_stdin: bool,
    writes_stdout: bool,
    replaces_others: bool,
    locks: FolderLocks,
}

/// The folders that a run holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct FolderLocks {
    folders: Vec<LockRequest>,
    /// Whether to wait for another run that holds one of them.
    waits: bool,
}

impl Files {
    /// Adds an input; `-` is standard input.
    pub fn read(&mut self, flag: &'static str, path: &Path) {
        if path == Path::new(STANDARD_STREAM) {
            self.reads_stdin = true;
        } else {
            self.inputs.push(NamedFile { flag, path: path.to_owned() });
        }
    }

    /// Adds logs: files, globs, folders, folders of facts, standard input. Ignores a pattern without files: the reader
    /// reports it.
    pub fn read_logs(&mut self, flag: &'static str, logs: &[PathBuf]) {
        for log in logs {
            if is_folder_of_facts(log) {
                self.inputs.extend(file_names().map(|name| NamedFile { flag, path: log.join(name) }));
                continue;
            }
            for source in resolve(std::slice::from_ref(log)).unwrap_or_default() {
                match source {
                    Source::File(path) | Source::Tail { path, .. } | Source::Sheet { workbook: path, .. } => {
                        self.inputs.push(NamedFile { flag, path });
                    }
                    Source::Member(member) => self.inputs.push(NamedFile { flag, path: member.archive }),
                    Source::Stdin => self.reads_stdin = true,
                }
            }
        }
    }

    /// Adds a template or profile that is a file and not a built-in name; for a profile, the path before `:LOG`.
    pub fn read_if_path(&mut self, flag: &'static str, value: &str) {
        let ending = ".toml";
        let file = value.find(".toml:").map_or(value, |at| &value[..at + ending.len()]);
        if is_path(file) {
            self.read(flag, Path::new(file));
        }
    }

    /// Adds an output, whatever its name.
    pub fn write_file(&mut self, flag: &'static str, path: &Path) {
        self.outputs.push(NamedFile { flag, path: path.to_owned() });
    }

    /// Adds an output; `-` is standard output.
    pub fn write(&mut self, flag: &'static str, path: &Path) {
        if path == Path::new(STANDARD_STREAM) {
            self.writes_stdout = true;
        } else {
            self.write_file(flag, path);
        }
    }

    /// Adds files that are written into a folder.
    pub fn write_folder(&mut self, flag: &'static str, folder: &Path, names: impl IntoIterator<Item = String>) {
        self.outputs.extend(names.into_iter().map(|name| NamedFile { flag, path: folder.join(name) }));
        self.lock(folder, None);
    }

    /// Adds a file that was given in place of a folder. It is not written; but if it is an input, the error should say
    /// so.
    pub fn is_no_folder(&mut self, flag: &'static str, path: &Path) {
        self.not_folders.push(NamedFile { flag, path: path.to_owned() });
    }

    /// Adds a folder that no other run may write into meanwhile; for a named report, no other run of that report.
    pub fn lock(&mut self, folder: &Path, report: Option<&str>) {
        self.locks.folders.push(LockRequest { folder: folder.to_owned(), report: report.map(str::to_owned) });
    }

    /// Locks no folder: nothing is written.
    pub fn lock_nothing(&mut self) {
        self.locks.folders.clear();
    }

    /// `--wait`: waits for other runs that write into the folders.
    pub fn wait_for_locks(&mut self, is_asked: bool) {
        self.locks.waits = is_asked;
    }

    /// Locks the folders that the run writes into, until the result is dropped.
    ///
    /// # Errors
    ///
    /// If another run holds one of them, and the run does not wait.
    pub fn take_locks(&self) -> anyhow::Result<Folders> {
        folder_lock::folders(self.locks.folders.clone(), self.locks.waits)
    }

    /// Adds standard output.
    pub fn write_stdout(&mut self) {
        self.writes_stdout = true;
    }

    /// `--force`: allows replacing files of other programs.
    pub fn replace_others(&mut self, is_asked: bool) {
        self.replaces_others = is_asked;
    }

    /// Checks every file.
    ///
    /// # Errors
    ///
    /// If an output is an input or another output, or would replace a file that this program did not write.
    pub fn check(&self) -> anyhow::Result<()> {
        let outputs = self.known_outputs();
        if outputs.is_empty() {
            return Ok(());
        }
        let inputs = self.known_inputs();
        for (at, (output, identity)) in outputs.iter().enumerate() {
            if let Some((input, _)) = inputs.iter().find(|(_, other)| other == identity) {
                return Err(Failure::Usage.because(format!(
                    "{output} is the same file as {input}, which this run reads: name another file to write"
                )));
            }
            if let Some((other, _)) = outputs[..at].iter().find(|(_, other)| other == identity) {
                return Err(Failure::Usage.because(format!(
                    "{other} and {output} are the same file: name two files, or each would replace the other"
                )));
            }
        }
        if !self.replaces_others {
            self.outputs.iter().try_for_each(check_ours)?;
        }
        Ok(())
    }

    /// The regular files among the inputs, including those that do not exist yet.
    fn known_inputs(&self) -> Vec<(String, FileIdentity)> {
        let named = self.inputs.iter().map(|named| (named.shown(), FileIdentity::of(&named.path)));
        let stdin = self.reads_stdin.then(|| ("standard input".to_owned(), FileIdentity::of_stream(std::io::stdin())));
        named.chain(stdin).filter_map(|(name, identity)| Some((name, identity?))).collect()
    }

    fn known_outputs(&self) -> Vec<(String, FileIdentity)> {
        let all = self.outputs.iter().chain(&self.not_folders);
        let named = all.map(|named| (named.shown(), FileIdentity::of(&named.path)));
        let stdout =
            self.writes_stdout.then(|| ("standard output".to_owned(), FileIdentity::of_stream(std::io::stdout())));
        named.chain(stdout).filter_map(|(name, identity)| Some((name, identity?))).collect()
    }
}

/// An existing regular file must be empty or written by this program.
fn check_ours(output: &NamedFile) -> anyhow::Result<()> {
    let path = &output.path;
    // A stream is not replaced: its output is appended.
    let is_replaced = std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0) && !is_stream(path);
    if !is_replaced || is_ours(path).map_err(|error| input_error(&shown_path(path), &error))? {
        return Ok(());
    }
    Err(Failure::Usage.because(format!(
        "{}: a file that dialogram did not write is there: name another file, or replace it with --force",
        output.shown()
    )))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn message(files: &Files) -> String {
        files.check().map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn one_file_has_one_use() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("log.jsonl"), "{}\n").unwrap();
        fs::create_dir(at("sub")).unwrap();
        let mut reads = Files::default();
        reads.read_logs("LOG", &[at("*.jsonl")]);
        for same in ["log.jsonl", "./log.jsonl", "sub/../log.jsonl"] {
            let mut files = reads.clone();
            files.replace_others(true);
            files.write("--rejects", &at(same));
            let text = message(&files);
            let (output, input) = (at(same).display().to_string(), at("log.jsonl").display().to_string());
            assert!(text.contains(&format!("--rejects {output}")) && text.contains(&format!("LOG {input}")), "{text}");
        }
        for (first, second, fails) in
            [("a", "a", true), ("sub/a", "sub/../sub/a", true), ("new/a", "new/./a", true), ("a", "b", false)]
        {
            let mut files = reads.clone();
            files.write("-o", &at(first));
            files.write("--rejects", &at(second));
            assert_eq!(message(&files) != "fine", fails, "{first} {second}: {}", message(&files));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("log.jsonl"), "{}\n").unwrap();
        symlink("log.jsonl", at("soft")).unwrap();
        symlink("soft", at("twice")).unwrap();
        fs::hard_link(at("log.jsonl"), at("hard")).unwrap();
        symlink("new.json", at("dangling")).unwrap();
        for name in ["soft", "twice", "hard"] {
            let mut files = Files::default();
            files.read("LOG", &at("log.jsonl"));
            files.write("-o", &at(name));
            assert!(message(&files).contains("which this run reads"), "{name}: {}", message(&files));
        }
        let mut files = Files::default();
        files.write("-o", &at("new.json"));
        files.write("--rejects", &at("dangling"));
        assert!(message(&files).contains("are the same file"), "{}", message(&files));
        let mut files = Files::default();
        files.write("-o", Path::new("/dev/null"));
        files.write("--rejects", Path::new("/dev/null"));
        assert_eq!(message(&files), "fine");
    }

    #[test]
    fn a_file_of_another_program_stays() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes.json");
        let mut files = Files::default();
        files.write("-o", &notes);
        for (text, is_fine) in [("", true), ("{\"schema\": \"dialogram/report/1\"}", true), ("[1, 2]", false)] {
            fs::write(&notes, text).unwrap();
            assert_eq!(message(&files) == "fine", is_fine, "{text}: {}", message(&files));
        }
        files.replace_others(true);
        assert_eq!(message(&files), "fine");
    }
}
