//! The run of a named report that is sent: everything is looked at first, then the report is made, then it goes out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::Datelike;

use super::failure::tell_failure;
use super::order::{Made, Mailing};
use super::outcome;
use crate::cli::streams::{note, print};
use crate::failure::Failure;
use crate::fold::facts::Run;
use crate::harmless::{shown, shown_path};
use crate::mail::address::Person;
use crate::mail::deliver::{Letter, deliver};
use crate::mail::dialogue::{Access, Outcome};
use crate::mail::fresh::{Limit, stale};
use crate::mail::message::{Attached, Content, Heads, Identity, message};
use crate::mail::progress::{Progress, State, window_key};
use crate::mail::server::Tls;
use crate::mail::subject::Words;
use crate::opening_hours::OpeningHours;
use crate::render::report::render;
use crate::render::whole_file::write_whole;
use crate::render::{DocumentFormat, ReportFormat, TerminalOptions, letter};
use crate::report::template::Template;
use crate::time::{Window, format_utc};
use crate::unit::group;

/// One message, and for whom it is in this run.
struct Message {
    letter: Letter,
    id: String,
}

impl Mailing<'_> {
    /// Looks at what can be wrong before the log is read.
    ///
    /// # Errors
    ///
    /// Where something is.
    pub fn check(&self, templates: &[Template]) -> anyhow::Result<()> {
        let has = |id: &str| templates.iter().flat_map(|template| &template.metrics).any(|metric| metric.id == id);
        match self.post.mail.subject.metrics().find(|id| !has(id)) {
            None => Ok(()),
            Some(id) => Err(Failure::Usage.because(format!(
                "subject of [reports.{}.mail]: the report has no `{id}`: name a template that has it (`dialogram metrics {id}` says which)",
                self.report
            ))),
        }
    }

    /// Makes the report with `make`, and sends it. `make` is given what must hold before files are written.
    ///
    /// # Errors
    ///
    /// That of `make`, of the log that is too old, or of a mail that somebody has not got. Whoever is named for it is told.
    pub fn run(
        &self,
        expected: Option<(Window, i64)>,
        make: impl FnOnce(&dyn Fn(&Run, Window, i64, Option<&OpeningHours>) -> anyhow::Result<()>) -> anyhow::Result<Made>,
    ) -> anyhow::Result<()> {
        let mut progress = Progress::open(&self.state, self.report)?;
        let access = if self.dry_run { None } else { Some(Access::open(&self.post.smtp.server)?) };
        let mut about = expected;
        let result = make(&|run, window, now, hours| self.check_fresh(run, window, now, hours)).and_then(|made| {
            about = Some((made.window, made.now));
            match &access {
                None => self.show(&made, &progress),
                Some(access) => self.send(&made, access, &mut progress),
            }
        });
        match (result, access) {
            (Err(error), Some(access)) => {
                Err(tell_failure(&self.post.mail, self.report, &access, &mut progress, about, error))
            }
            (result, _) => result,
        }
    }

    fn check_fresh(&self, run: &Run, window: Window, now: i64, hours: Option<&OpeningHours>) -> anyhow::Result<()> {
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

    /// The recipients who are to get it in this run, and how the others fared before.
    fn open_recipients(&self, progress: &Progress, window: &str) -> (Vec<String>, Vec<String>) {
        let mail = &self.post.mail;
        let mut open = Vec::new();
        let mut done = Vec::new();
        for to in mail.to.iter().chain(&mail.cc).map(Person::address) {
            match progress.of(window, &to).filter(|_| !self.again) {
                Some((State::Sent, at)) => done.push(format!("{to} (sent {at})")),
                Some((State::Unknown, at)) => done.push(format!("{to} (unknown since {at})")),
                Some((State::Refused | State::Later, _)) | None => open.push(to),
            }
        }
        (open, done)
    }

    fn send(&self, made: &Made, access: &Access, progress: &mut Progress) -> anyhow::Result<()> {
        let window = window_key(made.window);
        let (open, done) = self.open_recipients(progress, &window);
        if !done.is_empty() && !self.is_quiet {
            let what = self.what(made.window);
            note(&format!("note: {what} was sent before, and is not sent again without --again: {}", done.join(", ")));
        }
        let at = format_utc(made.now);
        let mut outcomes = if self.again { BTreeMap::new() } else { progress.take_cut_off(&window)? };
        for Message { letter, id } in self.messages(made, &open, progress)? {
            let mut keep = |pairs: &[(&String, &Outcome)]| progress.note(&window, pairs, &at, &id);
            outcomes.extend(deliver(access, &letter, &mut keep)?);
        }
        let name = self.report;
        let go_on = format!(
            "`dialogram run {name}` sends it to those who have not got it; those of whom it is unknown get it with --again alone"
        );
        outcome::check(&self.what(made.window), &outcomes, &go_on)
    }

    /// `mail of weekly, 2026-03-02 to 2026-03-08`.
    pub(super) fn what(&self, window: Window) -> String {
        format!("mail of {}, {} to {},", shown(self.report), window.first_day(), window.last_day())
    }

    /// The messages for these recipients: one for all, or one for each.
    fn messages(&self, made: &Made, open: &[String], progress: &Progress) -> anyhow::Result<Vec<Message>> {
        let mail = &self.post.mail;
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let content = self.content(made)?;
        let window = window_key(made.window);
        let one = |to: &[_], cc: &[_], envelope: Vec<String>| -> anyhow::Result<Message> {
            let heads =
                Heads { from: mail.from.clone(), reply_to: mail.reply_to.clone(), to: to.to_vec(), cc: cc.to_vec() };
            let all: Vec<String> = to.iter().chain(cc).map(Person::address).collect();
            let again = if self.again { progress.times(&window, &all) } else { 0 };
            let id = Identity { report: self.report, window: &window, to: &all, again }.message_id(&mail.from);
            let bytes = message(self.report, &heads, &content, &id)?;
            Ok(Message { letter: Letter { from: mail.from.address(), to: envelope, bytes }, id })
        };
        if !mail.separate {
            return Ok(vec![one(&mail.to, &mail.cc, open.to_vec())?]);
        }
        let all = mail.to.iter().chain(&mail.cc).filter(|to| open.contains(&to.address()));
        all.map(|to| one(std::slice::from_ref(to), &[], vec![to.address()])).collect()
    }

    fn content(&self, made: &Made) -> anyhow::Result<Content> {
        let mail = &self.post.mail;
        let words = words(made, self.report);
        let language = mail.language.unwrap_or(made.language);
        let attach = |format: &ReportFormat| -> anyhow::Result<Attached> {
            let plain = TerminalOptions { width: 80, color: false };
            let bytes = render(&made.report, *format, language, &plain)?.into_bytes()?;
            // Named as the file of this format, if there is one.
            let ending = format.ending();
            let written = made.files.iter().filter(|path| path.extension().is_some_and(|found| found == ending));
            let names: Vec<String> =
                written.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
            let usual = || format!("{}_{}_{}.{ending}", self.report, words.from, words.to);
            Ok(Attached { name: if let [name] = &names[..] { name.clone() } else { usual() }, bytes })
        };
        Ok(Content {
            subject: mail.subject.of(&made.report, language, &words),
            text: letter::text(&made.report, language),
            html: Some(letter::html(&made.report, language)),
            attached: mail.attach.iter().map(attach).collect::<anyhow::Result<_>>()?,
            now: made.now,
        })
    }

    /// `--dry-run`: writes the messages as files, and prints who would get what.
    fn show(&self, made: &Made, progress: &Progress) -> anyhow::Result<()> {
        let mail = &self.post.mail;
        let window = window_key(made.window);
        let (open, done) = self.open_recipients(progress, &window);
        let content = self.content(made)?;
        let all: Vec<String> = mail.to.iter().chain(&mail.cc).map(Person::address).collect();
        let messages = self.messages(made, if open.is_empty() { &all } else { &open }, progress)?;
        let list = |all: &[Person]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut lines = vec![("from", mail.from.to_string()), ("to", list(&mail.to)), ("cc", list(&mail.cc))];
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
        for (at, Message { letter, .. }) in messages.iter().enumerate() {
            let path = self.eml(&window, if messages.len() > 1 { Some(at + 1) } else { None });
            write_whole(&path, &letter.bytes)?;
            lines.push(("message", format!("{}, {} bytes", shown_path(&path), group(letter.bytes.len() as u64))));
        }
        lines.extend(made.files.iter().map(|path| ("not written", shown_path(path))));
        let text: String = lines
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name:11}  {}\n", shown(value)))
            .collect();
        print(text.as_bytes())
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
        format!("{} ({tls}{user})", server.place())
    }

    fn eml(&self, window: &str, number: Option<usize>) -> PathBuf {
        let is_fit = |c: char| c.is_alphanumeric() || c == '-';
        let name: String = self.report.chars().map(|c| if is_fit(c) { c } else { '_' }).collect();
        let days = window.rsplit_once(' ').map_or(window, |(days, _)| days).replace(' ', "_");
        let number = number.map(|number| format!("_{number}")).unwrap_or_default();
        self.state.parent().unwrap_or(Path::new("")).join(format!("{name}_{days}{number}.eml"))
    }
}

fn words(made: &Made, report: &str) -> Words {
    let week = made.window.last_day().iso_week();
    Words {
        from: made.window.first_day().to_string(),
        to: made.window.last_day().to_string(),
        week: format!("{}-W{:02}", week.year(), week.week()),
        template: made.template.clone(),
        report: report.to_owned(),
    }
}
