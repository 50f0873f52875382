//! The run of a named report with a mail: checks everything first, then makes the report, then sends it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::failure::FailedRun;
use super::order::{MadeReport, Mailing};
use super::outcome::{self, Advice, Undelivered};
use super::prepared_mail::PreparedMail;
use super::unknown_mails;
use crate::cli::quote;
use crate::cli::streams::{note, print};
use crate::failure::Failure;
use crate::fold::facts::RunFacts;
use crate::harmless::{shown, shown_path};
use crate::mail::address::{self, Person};
use crate::mail::deliver::{Letter, deliver};
use crate::mail::dialogue::{Access, RecipientOutcome};
use crate::mail::fresh::{Limit, stale};
use crate::mail::message::{Heads, Identity, message};
use crate::mail::progress::{DeliveryState, MailProgress, window_key};
use crate::mail::server::Tls;
use crate::mail::subject::SubjectTemplate;
use crate::opening_hours::OpeningHours;
use crate::render::whole_file::{check_file_writable, check_tree_writable, write_whole};
use crate::report::template::Template;
use crate::time::{Window, format_utc};
use crate::unit::group;

/// What a run does for each recipient of a mail.
#[derive(Debug, Default)]
struct RecipientTurns {
    /// Recipients who get the mail in this run.
    open: Vec<String>,
    /// Recipients who already have it, with the instant.
    done: Vec<String>,
    /// Recipients who may have it, with the instant of the attempt.
    unknown: Vec<String>,
}

/// One message and its recipients in this run.
struct MailMessage {
    letter: Letter,
    id: String,
}

impl Mailing<'_> {
    /// Checks everything that can be wrong before the log is read.
    ///
    /// # Errors
    ///
    /// If a check fails.
    pub fn check(&self, templates: &[Template]) -> anyhow::Result<()> {
        let has = |id: &str| templates.iter().flat_map(|template| &template.metrics).any(|metric| metric.id == id);
        match self.post.mail.subject.iter().flat_map(SubjectTemplate::metrics).find(|id| !has(id)) {
            None => Ok(()),
            Some(id) => Err(Failure::Usage.because(format!(
                "subject of [reports.{}.mail]: the report has no `{id}`: name a template that has it (see `dialogram metrics {id}`)",
                self.report
            ))),
        }
    }

    /// Makes the report with `make`, and sends it. `make` gets the checks to run before files are written.
    ///
    /// # Errors
    ///
    /// Errors of `make`, of a log that is too old, and of a mail that a recipient did not get. The people in
    /// `on-failure` are informed.
    pub fn run(
        &self,
        expected: Option<(Window, i64)>,
        make: impl FnOnce(
            &dyn Fn(&RunFacts, Window, i64, Option<&OpeningHours>) -> anyhow::Result<()>,
        ) -> anyhow::Result<MadeReport>,
    ) -> anyhow::Result<()> {
        let mut progress = MailProgress::open(&self.state, self.report)?;
        let received = self.received_addresses()?;
        let access = if self.dry_run { None } else { Some(self.open_server()?) };
        let mut about = expected;
        let mut marks = Vec::new();
        let report = make(&|run, window, now, hours| {
            self.check_fresh(run, window, now, hours)?;
            unknown_mails::check(self, &received, window, &progress)
        });
        let result = report.and_then(|made| {
            about = Some((made.window, made.now));
            let Some(access) = &access else { return self.show(&made, &received, &progress) };
            let lost = self.send(&made, &received, access, &mut progress)?;
            marks = lost.iter().flat_map(|lost| lost.marks.clone()).collect();
            let messages: Vec<String> = lost.into_iter().map(|lost| lost.message).collect();
            if messages.is_empty() { Ok(()) } else { Err(Failure::Input.because(messages.join("\n"))) }
        });
        match (result, access) {
            (Err(error), Some(access)) => {
                if marks.is_empty() {
                    marks.push(format!("{error:#}"));
                }
                Err(self.mail_failure(FailedRun { about, error, marks }, &access, &mut progress))
            }
            (result, _) => result,
        }
    }

    /// Reads the password and checks that the record can be written, before the log is read.
    fn open_server(&self) -> anyhow::Result<Access> {
        let folder = self.state.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder.filter(|folder| !folder.is_dir()) {
            // This folder is created with the outputs.
            Some(folder) if self.post.mail.state.is_none() => check_tree_writable(folder)?,
            Some(_) | None => check_file_writable(&self.state)?,
        }
        Access::open(&self.post.smtp.server)
    }

    /// The addresses of `--received`, spelled as in the record.
    fn received_addresses(&self) -> anyhow::Result<Vec<String>> {
        let address = |text: &String| {
            let person = address::parse(text).map_err(|message| format!("--received: {message}"));
            person.map(|person| person.address()).map_err(|message| Failure::Usage.because(message))
        };
        self.flags.received.iter().map(address).collect()
    }

    fn check_fresh(
        &self,
        run: &RunFacts,
        window: Window,
        now: i64,
        hours: Option<&OpeningHours>,
    ) -> anyhow::Result<()> {
        let limit = match (self.post.mail.max_age, hours) {
            (Some(most), _) => Limit::Age(most),
            (None, Some(hours)) => Limit::Open(hours),
            (None, None) => Limit::Silence,
        };
        match stale(run, window, now, limit) {
            None => Ok(()),
            Some(why) => Err(Failure::EmptyWindow.because(format!(
                "nothing was written or sent, since the log is stale: {why}; export it again, or allow more with max-age under [reports.{}.mail]",
                self.report
            ))),
        }
    }

    /// The recipients who get the mail in this run, and the state of the others.
    fn turns(&self, received: &[String], progress: &MailProgress, prepared: &PreparedMail) -> RecipientTurns {
        let mut turns = RecipientTurns::default();
        for to in prepared.addresses() {
            match progress.of(&prepared.key, &to).filter(|_| !self.flags.again) {
                Some((DeliveryState::Sent, at)) => turns.done.push(format!("{to} (sent {at})")),
                Some((DeliveryState::Unknown, at)) if received.contains(&to) => {
                    turns.done.push(format!("{to} (sent {at})"));
                }
                Some((DeliveryState::Unknown, at)) if !self.flags.resend => {
                    turns.unknown.push(format!("{to} (sent {at})"));
                }
                Some((DeliveryState::Unknown | DeliveryState::Refused | DeliveryState::Later, _)) | None => {
                    turns.open.push(to);
                }
            }
        }
        turns
    }

    /// Sends all mails. A failed mail does not stop the others.
    fn send(
        &self,
        made: &MadeReport,
        received: &[String],
        access: &Access,
        progress: &mut MailProgress,
    ) -> anyhow::Result<Vec<Undelivered>> {
        self.warn_of_unsent(made);
        unknown_mails::warn_of_others(self, made.window, progress);
        let begun = Instant::now();
        let patience = access.server().retry_for;
        let mut lost = Vec::new();
        for prepared in self.prepared_mails(made) {
            for to in received {
                progress.settle(&prepared.key, to)?;
            }
            // The time for retries is that of the whole run, however many mails it has.
            let access = access.within(patience.saturating_sub(begun.elapsed()));
            lost.extend(self.send_one(made, &prepared, &access, progress)?.err());
        }
        Ok(lost)
    }

    /// Sends one mail. The inner error names the recipients who did not get it.
    fn send_one(
        &self,
        made: &MadeReport,
        prepared: &PreparedMail,
        access: &Access,
        progress: &mut MailProgress,
    ) -> anyhow::Result<Result<(), Undelivered>> {
        let what = self.description(made.window, prepared.value());
        let turns = self.turns(&[], progress, prepared);
        if !turns.done.is_empty() && !self.is_quiet {
            let done = turns.done.join(", ");
            note(&format!("note: {what} was sent before, and is not sent again without --again: {done}"));
        }
        let at = format_utc(made.now);
        let mut outcomes = BTreeMap::new();
        let mut unknown_since = at.clone();
        if !turns.unknown.is_empty() {
            for mail in progress.unknown().filter(|mail| mail.key == prepared.key) {
                let reason = format!("{} (sent {})", mail.reason, mail.at);
                outcomes.insert(mail.recipient.to_owned(), RecipientOutcome::Unknown(reason));
                mail.at.clone_into(&mut unknown_since);
            }
        }
        let begun = Instant::now();
        let patience = access.server().retry_for;
        for MailMessage { letter, id } in self.messages(made, prepared, &turns.open, progress)? {
            let mut record = |pairs: &[(&String, &RecipientOutcome)]| progress.note(&prepared.key, pairs, &at, &id);
            let access = access.within(patience.saturating_sub(begun.elapsed()));
            outcomes.extend(deliver(&access, &letter, &mut record)?);
        }
        let is_unknown = |(_, outcome): &(&String, &RecipientOutcome)| matches!(outcome, RecipientOutcome::Unknown(_));
        let unknown: Vec<&str> = outcomes.iter().filter(is_unknown).map(|(to, _)| to.as_str()).collect();
        let name = self.report;
        let command = format!("dialogram run {}", quote::shell(name));
        let advice = Advice {
            refused: format!(
                "correct the refused address or message, under [reports.{name}.mail] or [smtp]; `{command}` then sends it to \
                 the remaining recipients"
            ),
            later: format!("`{command}` tries again, and sends it only to the remaining recipients"),
            unknown: format!(
                "{}; until then they get nothing, and the run fails",
                unknown_mails::advice(self, &unknown_since, &unknown)
            ),
        };
        Ok(outcome::check(&what, &outcomes, &advice))
    }

    /// Warns of parts of a split report that have no recipient.
    fn warn_of_unsent(&self, made: &MadeReport) {
        let unsent = self.unsent(made);
        if !unsent.is_empty() {
            let values: Vec<String> = unsent.into_iter().map(shown).collect();
            note(&format!(
                "warning: nobody gets the report of {}: name people under [reports.{}.mail.each], or to = \"…\" for people who get all values",
                values.join(", "),
                self.report
            ));
        }
    }

    /// `mail of weekly, 2026-03-02 to 2026-03-08`; for one value `mail of weekly (Billing), …`.
    pub(super) fn description(&self, window: Window, value: Option<&str>) -> String {
        let value = value.map(|value| format!(" ({})", shown(value))).unwrap_or_default();
        format!("mail of {}{value}, {} to {},", shown(self.report), window.first_day(), window.last_day())
    }

    /// The messages for these recipients: one for all, or one each.
    fn messages(
        &self,
        made: &MadeReport,
        prepared: &PreparedMail,
        open: &[String],
        progress: &MailProgress,
    ) -> anyhow::Result<Vec<MailMessage>> {
        let mail = &self.post.mail;
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let content = self.content(made, prepared)?;
        let window = &prepared.key;
        let one = |to: &[_], cc: &[_], envelope: Vec<String>| -> anyhow::Result<MailMessage> {
            let heads =
                Heads { from: mail.from.clone(), reply_to: mail.reply_to.clone(), to: to.to_vec(), cc: cc.to_vec() };
            let all: Vec<String> = to.iter().chain(cc).map(Person::address).collect();
            // A recipient whose answer was lost gets the same message; the server drops the second copy.
            let again = progress.times(window, if self.flags.again { &all } else { &envelope });
            let id = Identity { report: self.report, window, to: &all, again }.message_id(&mail.from);
            let bytes = message(self.report, &heads, &content, &id)?;
            Ok(MailMessage { letter: Letter { from: mail.from.address(), to: envelope, bytes }, id })
        };
        if !mail.separate {
            return Ok(vec![one(prepared.to, prepared.cc, open.to_vec())?]);
        }
        let all = prepared.to.iter().chain(prepared.cc).filter(|to| open.contains(&to.address()));
        all.map(|to| one(std::slice::from_ref(to), &[], vec![to.address()])).collect()
    }

    /// `--dry-run`: writes the messages as files, and prints their recipients.
    fn show(&self, made: &MadeReport, received: &[String], progress: &MailProgress) -> anyhow::Result<()> {
        self.warn_of_unsent(made);
        unknown_mails::warn_of_others(self, made.window, progress);
        let mail = &self.post.mail;
        let mut texts: Vec<Vec<(&str, String)>> = Vec::new();
        let mut letters = Vec::new();
        for prepared in self.prepared_mails(made) {
            let RecipientTurns { open, done, unknown } = self.turns(received, progress, &prepared);
            let content = self.content(made, &prepared)?;
            let all = prepared.addresses();
            let messages = self.messages(made, &prepared, if open.is_empty() { &all } else { &open }, progress)?;
            let list = |all: &[Person]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let mut lines = vec![("from", mail.from.to_string()), ("to", list(prepared.to)), ("cc", list(prepared.cc))];
            lines.push(("subject", content.subject.clone()));
            lines.extend(
                content
                    .attached
                    .iter()
                    .map(|file| ("attached", format!("{}, {} bytes", file.name, group(file.bytes.len() as u64)))),
            );
            lines.push(("by", self.by()));
            lines.push(("sends to", if open.is_empty() { "nobody".to_owned() } else { open.join(", ") }));
            lines.extend(done.into_iter().map(|done| ("sent before", done)));
            lines.extend(unknown.into_iter().map(|unknown| ("unknown", unknown)));
            letters.extend(messages.into_iter().map(|message| (texts.len(), message.letter)));
            texts.push(lines);
        }
        let window = window_key(made.window);
        let is_one = letters.len() == 1;
        for (at, (mail, letter)) in letters.into_iter().enumerate() {
            let path = self.eml(&window, if is_one { None } else { Some(at + 1) });
            write_whole(&path, &letter.bytes)?;
            texts[mail].push(("message", format!("{}, {} bytes", shown_path(&path), group(letter.bytes.len() as u64))));
        }
        if texts.is_empty() {
            texts.push(vec![("sends to", "nobody".to_owned())]);
        }
        if let Some(last) = texts.last_mut() {
            last.extend(made.files.iter().map(|path| ("not written", shown_path(path))));
        }
        let line = |(name, value): &(&str, String)| format!("{name:11}  {}\n", shown(value));
        let text = |lines: &Vec<(&str, String)>| {
            lines.iter().filter(|(_, value)| !value.is_empty()).map(line).collect::<String>()
        };
        print(texts.iter().map(text).collect::<Vec<_>>().join("\n").as_bytes())
    }

    /// `mail.example.com:587 (STARTTLS, as reports)`.
    fn by(&self) -> String {
        let server = &self.post.smtp.server;
        let tls = match server.tls {
            Tls::Starttls => "STARTTLS",
            Tls::Implicit => "TLS",
            Tls::None => "not encrypted",
        };
        let user = server.user.as_ref().map(|user| format!(", as {user}")).unwrap_or_default();
        format!("{} ({tls}{user})", server.address())
    }

    fn eml(&self, window: &str, number: Option<usize>) -> PathBuf {
        let name = quote::file_stem(self.report);
        let days = window.rsplit_once(' ').map_or(window, |(days, _)| days).replace(' ', "_");
        let number = number.map(|number| format!("_{number}")).unwrap_or_default();
        self.state.parent().unwrap_or(Path::new("")).join(format!("{name}_{days}{number}.eml"))
    }
}
