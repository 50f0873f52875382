//! The sending of one named report, and the report that was made for it: the same whether the program is built with mail or
//! without.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Post;
use crate::cli::mail_flags::MailFlags;
use crate::language::Language;
use crate::render::look::Look;
use crate::report::{Report, WarningId};
use crate::time::Window;

/// How a report is sent in this run.
#[derive(Debug, Clone)]
pub struct Mailing<'a> {
    /// The settings of the config.
    pub post: &'a Post,
    /// The name of the report.
    pub report: &'a str,
    /// How its documents look.
    pub look: &'a Look,
    /// The record of what was sent.
    pub state: PathBuf,
    /// The language of the report.
    pub language: Language,
    /// To whom it is sent again.
    pub flags: &'a MailFlags,
    /// `--dry-run`: nothing is sent or written but the message as a file.
    pub dry_run: bool,
    /// No notes on standard error.
    pub is_quiet: bool,
    /// Warnings that are not printed.
    pub allow: &'a [WarningId],
}

/// The report of one value of what a report is split by.
#[derive(Debug)]
pub struct SplitReport {
    /// The value, as filters take it.
    pub value: String,
    /// The value for people; no two parts of a report have the same.
    pub label: String,
    /// The value as names of files have it.
    pub name: String,
    /// The report.
    pub report: Report,
    /// Its files.
    pub files: Vec<PathBuf>,
}

/// A report that was made.
#[derive(Debug)]
pub struct MadeReport {
    /// The report.
    pub report: Report,
    /// Its window.
    pub window: Window,
    /// The instant that counts as now, in UTC milliseconds.
    pub now: i64,
    /// In which language it is.
    pub language: Language,
    /// Its templates, as names of files have them.
    pub template: String,
    /// Its files; of a report that is split, those of its parts.
    pub files: Vec<PathBuf>,
    /// The reports that it is split into; none where it is not.
    pub parts: Vec<SplitReport>,
    /// The characters in them that no font has.
    pub missing: BTreeSet<char>,
}
