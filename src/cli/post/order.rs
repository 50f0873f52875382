//! The settings for sending one named report, and the finished report: the same in builds with and without mail.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Post;
use crate::cli::mail_flags::MailFlags;
use crate::language::Language;
use crate::render::look::Look;
use crate::report::{Report, WarningId};
use crate::time::Window;

/// How this run sends a report.
#[derive(Debug, Clone)]
pub struct Mailing<'a> {
    /// The settings of the config.
    pub post: &'a Post,
    /// The name of the report.
    pub report: &'a str,
    /// The look of its documents.
    pub look: &'a Look,
    /// The record of what was sent.
    pub state: PathBuf,
    /// The language of the report.
    pub language: Language,
    /// The flags for repeated mails.
    pub flags: &'a MailFlags,
    /// `--dry-run`: writes the message as a file, and sends nothing.
    pub dry_run: bool,
    /// Whether notes on standard error are suppressed.
    pub is_quiet: bool,
    /// Warnings that are suppressed.
    pub allow: &'a [WarningId],
}

/// The part of a split report for one value.
#[derive(Debug)]
pub struct SplitReport {
    /// The value, as filters accept it.
    pub value: String,
    /// The value for people; unique among the parts.
    pub label: String,
    /// The value as part of file names.
    pub name: String,
    /// Made with a filter by that value.
    pub report: Report,
    /// Paths of the outputs written for that value.
    pub files: Vec<PathBuf>,
}

/// A finished report.
#[derive(Debug)]
pub struct MadeReport {
    /// The report of the whole log, or of one value.
    pub report: Report,
    /// The days that the report covers.
    pub window: Window,
    /// The instant that counts as now, in UTC milliseconds.
    pub now: i64,
    /// The language of the outputs.
    pub language: Language,
    /// The names of its templates, as in file names.
    pub template: String,
    /// Its files; for a split report, the files of all parts.
    pub files: Vec<PathBuf>,
    /// The parts of a split report; empty without a split.
    pub parts: Vec<SplitReport>,
    /// The characters in the files that no font has.
    pub missing: BTreeSet<char>,
}
