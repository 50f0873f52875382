//! The mails of one run: one for the whole report, and one for each value of a split report that has its own
//! recipients.

use std::path::PathBuf;

use super::order::{MadeReport, Mailing, SplitReport};
use crate::cli::warn::missing_glyphs;
use crate::mail::address::Person;
use crate::mail::message::{Attached, MessageContent};
use crate::mail::progress::window_key;
use crate::mail::subject::{SubjectTemplate, SubjectValues};
use crate::render::report::render;
use crate::render::{DocumentFormat, ReportFormat, TerminalOptions, letter};
use crate::report::Report;

/// A mail and its recipients.
#[derive(Debug)]
pub(super) struct PreparedMail<'m> {
    /// The part of a split report; `None` for the mail of the whole report.
    part: Option<&'m SplitReport>,
    /// The recipients.
    pub(super) to: &'m [Person],
    /// The recipients of a copy.
    pub(super) cc: &'m [Person],
    /// The window and the value, as the key in the record of what was sent.
    pub(super) key: String,
}

/// A report whose files are attached.
struct AttachedReport<'m> {
    report: &'m Report,
    files: &'m [PathBuf],
    /// The part's name in file names; empty for the whole report.
    name: &'m str,
}

impl<'m> AttachedReport<'m> {
    fn of(part: &'m SplitReport) -> Self {
        Self { report: &part.report, files: &part.files, name: &part.name }
    }
}

impl Mailing<'_> {
    /// The mails of a finished report; that of the whole report first.
    pub(super) fn prepared_mails<'m>(&'m self, made: &'m MadeReport) -> Vec<PreparedMail<'m>> {
        let mail = &self.post.mail;
        let window = window_key(made.window);
        let of_all = PreparedMail { part: None, to: &mail.to, cc: &mail.cc, key: window.clone() };
        let of_part = |part: &'m SplitReport| {
            let each = mail.each.iter().find(|each| each.value == part.value)?;
            Some(PreparedMail { part: Some(part), to: &each.to, cc: &[], key: format!("{window} {}", part.value) })
        };
        let all = self.post.is_of_all().then_some(of_all);
        all.into_iter().chain(made.parts.iter().filter_map(of_part)).collect()
    }

    /// The values of a split report that have no recipient.
    pub(super) fn unsent<'m>(&self, made: &'m MadeReport) -> Vec<&'m str> {
        let mail = &self.post.mail;
        let is_sent =
            |part: &&SplitReport| self.post.is_of_all() || mail.each.iter().any(|each| each.value == part.value);
        made.parts.iter().filter(|part| !is_sent(part)).map(|part| part.label.as_str()).collect()
    }

    /// The content of a mail.
    pub(super) fn content(&self, made: &MadeReport, prepared: &PreparedMail) -> anyhow::Result<MessageContent> {
        let mail = &self.post.mail;
        let language = mail.language.unwrap_or(made.language);
        let report = prepared.part.map_or(&made.report, |part| &part.report);
        let words = self.words(made, prepared);
        let sources: Vec<AttachedReport> = match prepared.part {
            Some(part) => vec![AttachedReport::of(part)],
            None if made.parts.is_empty() => vec![AttachedReport { report, files: &made.files, name: "" }],
            None => made.parts.iter().map(AttachedReport::of).collect(),
        };
        let mut attached = Vec::new();
        for format in &mail.attach {
            let named = names(self.report, &sources, *format, &words);
            for (source, name) in sources.iter().zip(named) {
                let plain = TerminalOptions { width: 80, color: false };
                let rendered = render(source.report, *format, language, self.look, &plain)?;
                // Missing characters of the files were reported when the files were made.
                let missing = rendered.missing.difference(&made.missing).copied().collect();
                missing_glyphs(&missing, self.allow);
                attached.push(Attached { name, bytes: rendered.into_bytes()? });
            }
        }
        Ok(MessageContent {
            subject: mail.subject.as_ref().unwrap_or(&SubjectTemplate::usual(language)).of(report, language, &words),
            text: letter::text(report, language),
            html: Some(letter::html(report, language, &self.look.brand)),
            attached,
            now: made.now,
        })
    }

    fn words(&self, made: &MadeReport, prepared: &PreparedMail) -> SubjectValues {
        SubjectValues {
            first: made.window.first_day(),
            last: made.window.last_day(),
            template: made.template.clone(),
            report: self.report.to_owned(),
            value: prepared.value().unwrap_or_default().to_owned(),
        }
    }
}

impl PreparedMail<'_> {
    /// The value, for people; `None` for the mail of the whole report.
    pub(super) fn value(&self) -> Option<&str> {
        self.part.map(|part| part.label.as_str())
    }

    /// The recipients' addresses.
    pub(super) fn addresses(&self) -> Vec<String> {
        self.to.iter().chain(self.cc).map(Person::address).collect()
    }
}

/// The names of the attachments in one format, each unique: the name of the report's file in this format, if there is
/// one.
fn names(report: &str, sources: &[AttachedReport], format: ReportFormat, words: &SubjectValues) -> Vec<String> {
    let ending = format.ending();
    let written = |source: &AttachedReport| {
        let own = source.files.iter().filter(|path| path.extension().is_some_and(|found| found == ending));
        let names: Vec<String> =
            own.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
        if let [name] = &names[..] { Some(name.clone()) } else { None }
    };
    let usual = |source: &AttachedReport| {
        let part = if source.name.is_empty() { String::new() } else { format!("_{}", source.name) };
        format!("{report}{part}_{}_{}.{ending}", words.first, words.last)
    };
    let written: Vec<Option<String>> = sources.iter().map(written).collect();
    let is_alone = |name: &String| written.iter().flatten().filter(|other| *other == name).count() == 1;
    let named = |(source, name): (&AttachedReport, &Option<String>)| {
        name.clone().filter(is_alone).unwrap_or_else(|| usual(source))
    };
    sources.iter().zip(&written).map(named).collect()
}
