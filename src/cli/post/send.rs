//! `dialogram send FILE…`: mails existing files to the recipients of a named report or of the command line.

use std::path::{Path, PathBuf};

use clap::Args;

use super::outcome::{self, Advice};
use super::{Mail, Posts};
use crate::cli::flags::LanguageFlag;
use crate::cli::guard::Files;
use crate::cli::interrupt::Interrupt;
use crate::cli::look::BrandFlag;
use crate::cli::report_file;
use crate::cli::streams::print;
use crate::failure::{Failure, input_error};
use crate::harmless::{shown, shown_path};
use crate::mail::address::{self, Person};
use crate::mail::deliver::{Letter, deliver};
use crate::mail::dialogue::Access;
use crate::mail::message::{Attached, Heads, Identity, MessageContent, fingerprint, message};
use crate::render::brand::Brand;
use crate::render::dates::days_of;
use crate::render::whole_file::{check_file_writable, write_whole};
use crate::render::{letter, words};
use crate::report::Report;
use crate::unit::group;

/// Sends files by mail, by the server of `[smtp]` in the config file. A report.json among them is also the text of the mail.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram send report.json --from reports@example.com --to ana@example.com --dry-run mail.eml

A config file, dialogram.toml:
  [smtp]
  host = \"mail.example.com\"
  user = \"reports\"
  password-file = \"/etc/dialogram/password\"
  from = \"Reports <reports@example.com>\"

The files are sent as they are, whatever their age, each time the command runs. `dialogram run` makes a report, checks
that its log is recent, and sends it once.")]
pub struct SendArgs {
    /// Files to attach
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The named report whose mail settings apply: recipients, sender and subject
    #[arg(long, value_name = "REPORT")]
    report: Option<String>,
    /// A recipient, instead of those of the named report; repeatable
    #[arg(long, value_name = "ADDRESS", value_parser = address::parse)]
    to: Vec<Person>,
    /// The sender [default: from, of the named report or of [smtp]]
    #[arg(long, value_name = "ADDRESS", value_parser = address::parse)]
    from: Option<Person>,
    /// The subject [default: the report's title and days, or the names of the files]
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// The language for the text of a report.json.
    #[command(flatten)]
    language: LanguageFlag,
    /// The brand of the mail.
    #[command(flatten)]
    pub brand: BrandFlag,
    /// Write the message into a file instead of sending it, and print who would get it
    #[arg(long, value_name = "FILE.eml")]
    dry_run: Option<PathBuf>,
    /// Replace a file that dialogram did not write
    #[arg(long)]
    force: bool,
    /// The mail settings of the config.
    #[arg(skip)]
    pub posts: Posts,
}

impl SendArgs {
    /// The files that the command reads and writes.
    pub(in crate::cli) fn files(&self, files: &mut Files) {
        for file in &self.files {
            files.read("FILE", file);
        }
        self.brand.files(files);
        if let Some(path) = &self.dry_run {
            files.write_file("--dry-run", path);
            files.write_stdout();
        }
        files.replace_others(self.force);
    }
}

/// Runs the command.
///
/// # Errors
///
/// If a file cannot be read, or somebody has not got the mail.
pub fn run(args: &SendArgs) -> anyhow::Result<()> {
    let _interrupt = Interrupt::listen()?;
    let mail = args.report.as_deref().map(|name| mail_of(&args.posts, name)).transpose()?;
    let usage = |message: &str| Failure::Usage.because(message.to_owned());
    let smtp = args.posts.smtp.as_ref();
    let from = args.from.clone().or_else(|| mail.map(|mail| mail.from.clone())).or_else(|| smtp?.from.clone());
    let from = from.ok_or_else(|| usage("the mail has no sender: give --from ADDRESS, or set from under [smtp]"))?;
    let (to, cc) = match mail {
        Some(mail) if args.to.is_empty() => (mail.to.clone(), mail.cc.clone()),
        Some(_) | None => (args.to.clone(), Vec::new()),
    };
    let mut bare_to: Vec<String> = to.iter().chain(&cc).map(Person::address).collect();
    bare_to.sort();
    bare_to.dedup();
    if bare_to.is_empty() {
        return Err(usage("nobody gets it: give --to ADDRESS, or --report NAME of a report with a mail"));
    }
    if let Some(path) = &args.dry_run {
        check_file_writable(path)?;
    }
    let attached: Vec<Attached> = args.files.iter().map(|path| attach(path)).collect::<anyhow::Result<_>>()?;
    let report = args.files.iter().find(|path| report_file::is_report(path)).map(|path| report_file::read(path));
    let report = report.transpose()?;
    let brand = args.brand.load()?;
    let content = content(args, report.as_ref(), &brand, attached);
    let heads = Heads { from: from.clone(), reply_to: mail.and_then(|mail| mail.reply_to.clone()), to, cc };
    let prints =
        content.attached.iter().map(|file| fingerprint(&String::from_utf8_lossy(&file.bytes))).collect::<String>();
    let report_name = args.report.as_deref().unwrap_or("send");
    let id =
        Identity { report: report_name, window: &format!("files {prints}"), to: &bare_to, again: 0 }.message_id(&from);
    let bytes = message(report_name, &heads, &content, &id)?;
    if let Some(path) = &args.dry_run {
        write_whole(path, &bytes)?;
        let list = bare_to.join(", ");
        let text = format!(
            "from     {from}\nto       {list}\nsubject  {}\nmessage  {}, {} bytes\n",
            shown(&content.subject),
            shown_path(path),
            group(bytes.len() as u64)
        );
        return print(text.as_bytes());
    }
    let smtp = smtp.ok_or_else(|| usage("no server is named: write [smtp] with host = \"…\" into dialogram.toml"))?;
    let access = Access::open(&smtp.server)?;
    let letter = Letter { from: from.address(), to: bare_to, bytes };
    let outcomes = deliver(&access, &letter, &mut |_| Ok(()))?;
    let advice = Advice {
        refused: "correct the refused address or message, and send it again with --to to the people who did not get it"
            .to_owned(),
        later: "send it again with --to to the people who did not get it".to_owned(),
        unknown: "ask whose mail is unknown whether it came before you send it again".to_owned(),
    };
    outcome::check("the mail", &outcomes, &advice).map_err(|lost| Failure::Input.because(lost.message))
}

fn mail_of<'a>(posts: &'a Posts, name: &str) -> anyhow::Result<&'a Mail> {
    posts.mails.get(name).ok_or_else(|| {
        let known: Vec<&str> = posts.mails.keys().map(String::as_str).collect();
        let hint = crate::nearest::hint(name, known.iter().copied());
        let known =
            if known.is_empty() { "none has one".to_owned() } else { format!("those that have: {}", known.join(", ")) };
        Failure::Usage.because(format!("no report `{name}` with a mail{hint} ({known}): write [reports.{name}.mail]"))
    })
}

fn attach(path: &Path) -> anyhow::Result<Attached> {
    let location = shown_path(path);
    let bytes = std::fs::read(path).map_err(|error| input_error(&location, &error))?;
    if bytes.is_empty() {
        return Err(Failure::Input.because(format!("{location}: is empty: nothing was sent")));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Attached { name: name.unwrap_or(location), bytes })
}

fn content(args: &SendArgs, report: Option<&Report>, brand: &Brand, attached: Vec<Attached>) -> MessageContent {
    let language = args.language.language;
    let names: Vec<&str> = attached.iter().map(|file| file.name.as_str()).collect();
    let usual = || match report {
        Some(report) => {
            let days = days_of(language, report.window.span());
            format!("{}: {days}", words::title(language, report))
        }
        None => names.join(", "),
    };
    MessageContent {
        subject: args.subject.clone().unwrap_or_else(usual),
        text: report.map_or_else(
            || format!("{}\n", language.fill("mail.attached", &[("names", &names.join(", "))])),
            |report| letter::text(report, language),
        ),
        html: report.map(|report| letter::html(report, language, brand)),
        now: chrono::Utc::now().timestamp_millis(),
        attached,
    }
}
