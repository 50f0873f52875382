//! `dialogram run NAME`: a report that the config file names, with all its outputs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::filter_flags::FilterFlags;
use super::flags::LanguageFlag;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::look::LookFlags;
use super::mail_flags::MailFlags;
use super::output::names::distinct_names;
use super::output::pattern::OutputPattern;
use super::output::{DocumentKind, Output, OutputBatch, OutputFlags, OutputNames, Placeholder, guard};
use super::plan::{self, PlanLine};
use super::post::{MadeReport, Mailing, Post, Posts, SplitReport};
use super::report::{self, ReportFlags, stems};
use super::request::{ReportRequest, built};
use super::steps::RunStep;
use super::streams::{note, print};
use super::warn::{missing_glyphs, warn, warn_beside_output};
use crate::failure::Failure;
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::projection::Projection;
use crate::harmless::shown;
use crate::metrics::dimensions::{Dimension, NO_VALUE, value_of_key};
use crate::nearest::unknown_dimension;
use crate::opening_hours::OpeningHours;
use crate::render::ReportFormat;
use crate::render::look::Look;
use crate::report::Report;
use crate::report::filters::{Filters, flag_of};
use crate::report::template::sections::Sections;
use crate::report::template::{TableTemplate, Template};
use crate::report::unknown_names::Unknown;
use crate::time::{To, Window};

/// Makes a report of the config file: [reports.NAME] has its logs, outputs and every flag of `dialogram report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram run weekly
  dialogram run weekly --days 14 --split-by queue --output {queue}.pdf

A config file, dialogram.toml:
  [reports.weekly]
  logs = [\"/var/log/chat/\"]
  template = [\"weekly\"]
  tz = \"America/Sao_Paulo\"
  output = [\"reports/{week}.pdf\", \"reports/{week}.json\"]

In the names of outputs: {from} and {to}, the first and last day; {week}, the ISO week of the last; {template};
{report}; {format}, the ending of the format; and the dimension of --split-by, as {department}. A name without an
ending is a folder.")]
pub struct RunArgs {
    /// The name of the report in the config file
    #[arg(value_name = "REPORT")]
    report: String,
    /// The content of the report.
    #[command(flatten)]
    pub flags: ReportFlags,
    /// The outputs.
    #[command(flatten)]
    output: OutputFlags<ReportFormat>,
    /// One report for each value: department, queue, agent, channel, app, support-type, tag or an attribute
    #[arg(long, value_name = "DIMENSION", help_heading = "Output")]
    split_by: Option<String>,
    /// The dimension of `split_by`, once the attributes are known.
    #[arg(skip)]
    split: Option<Dimension>,
    /// The language of the report.
    #[command(flatten)]
    language: LanguageFlag,
    /// The look of the documents.
    #[command(flatten)]
    look: LookFlags,
    /// Make and send nothing: print the inputs, the days, the outputs and the recipients of the mail; the
    /// mail is written as an .eml file
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
    /// The flags for its mail.
    #[command(flatten)]
    mail: MailFlags,
    /// The mail of the named report.
    #[arg(skip)]
    post: Option<Box<Post>>,
}

impl RunArgs {
    /// Takes the mail of the named report from the config.
    pub(super) fn take_post(&mut self, posts: &Posts) {
        self.post = posts.of(&self.report).filter(|_| !self.mail.no_mail).map(Box::new);
    }

    /// Looks up the dimension of `--split-by`, once the attributes are known.
    ///
    /// # Errors
    ///
    /// If there is no such dimension.
    pub(super) fn declare_split(&mut self) -> anyhow::Result<()> {
        let attributes = &self.flags.log.declared;
        self.split = self.split_by.as_ref().map(|name| dimension(name, attributes)).transpose()?;
        Ok(())
    }

    /// The folder of the first output, which also has the record of what was sent.
    fn first_folder(&self) -> Option<PathBuf> {
        self.patterns().ok()?.first().map(OutputPattern::fixed_folder)
    }

    /// The names of its outputs; none for standard output.
    ///
    /// # Errors
    ///
    /// If a name is wrong.
    pub(super) fn patterns(&self) -> anyhow::Result<&[OutputPattern<ReportFormat>]> {
        Ok(match self.output.output(&self.kind())? {
            Output::Stdout(_) => &[],
            Output::Files(patterns) => patterns,
        })
    }

    /// Globs for the files of an output whose name changes with each window; `date` and `week` are the globs of dates
    /// and weeks.
    pub(super) fn dated(&self, pattern: &OutputPattern<ReportFormat>, date: &str, week: &str) -> Vec<PathBuf> {
        let is_dated = [Placeholder::From, Placeholder::To, Placeholder::Week]
            .into_iter()
            .any(|placeholder| pattern.has(placeholder));
        let glob = |placeholder: Placeholder, ending: &str| match placeholder {
            Placeholder::From | Placeholder::To => date.to_owned(),
            Placeholder::Week => week.to_owned(),
            Placeholder::Report => self.report.clone(),
            Placeholder::Format => ending.to_owned(),
            Placeholder::Template | Placeholder::Value => "*".to_owned(),
        };
        let files = || pattern.files(&self.kind(), &glob).into_iter().map(|target| target.path);
        if is_dated { files().collect() } else { Vec::new() }
    }

    /// The folder of the record of what was sent, or of the first output; `None` without both.
    ///
    /// # Errors
    ///
    /// If a mail has no place for its record.
    pub(super) fn record_folder(&self) -> anyhow::Result<Option<PathBuf>> {
        let folder = self.first_folder();
        let Some(post) = &self.post else { return Ok(folder) };
        let state = post.state(&self.report, folder.as_deref())?;
        Ok(Some(state.parent().map(Path::to_owned).unwrap_or_default()))
    }

    /// The file with the mail server's password, if any.
    pub(super) fn password_file(&self) -> Option<&Path> {
        let mut inputs = self.post.as_ref()?.inputs();
        inputs.find(|(key, _)| *key == "password-file").map(|(_, path)| path)
    }

    /// The systemd credential with the mail server's password, if any.
    pub(super) fn credential(&self) -> Option<&str> {
        self.post.as_ref()?.credential()
    }

    /// The settings for sending the report, if it is sent.
    fn mailing<'a>(&'a self, look: &'a Look) -> anyhow::Result<Option<Mailing<'a>>> {
        let usage = |message: String| Err(Failure::Usage.because(message));
        let name = &self.report;
        let Some(post) = &self.post else {
            return match self.mail.that_needs_a_mail() {
                Some(flag) => usage(format!("--{flag}: report `{name}` has no mail: write [reports.{name}.mail]")),
                None => Ok(None),
            };
        };
        if self.split_by.is_none() && post.values().next().is_some() {
            return usage(format!(
                "report `{name}` has mails by value, [reports.{name}.mail.each], and is not split: name a dimension with split-by"
            ));
        }
        let is_stdin = |path: &Path| path == Path::new("-");
        if post.inputs().any(|(_, path)| is_stdin(path)) && self.flags.log.logs.iter().any(|log| is_stdin(log)) {
            return usage(
                "the log and the password both come from standard input: name a file for one of them".to_owned(),
            );
        }
        // A wrong output name is reported as such, not as a missing output.
        self.patterns()?;
        let state = post.state(name, self.first_folder().as_deref())?;
        Ok(Some(Mailing {
            post,
            report: name,
            look,
            state,
            language: self.language.language,
            flags: &self.mail,
            dry_run: self.dry_run,
            is_quiet: self.flags.log.quiet,
            allow: &self.flags.log.allow,
        }))
    }

    /// The files that the command reads and writes, as far as their names are known before the log is read.
    pub(super) fn files(&self, files: &mut Files) {
        self.flags.files(files);
        self.look.files(files);
        // Mistakes in the mail settings are reported later.
        if let Ok(Some(mailing)) = self.mailing(&Look::default()) {
            mailing.post.inputs().for_each(|(flag, path)| files.read(flag, path));
            let folder = mailing.state.parent().filter(|folder| !folder.as_os_str().is_empty());
            files.lock(folder.unwrap_or(Path::new(".")), Some(&self.report));
        }
        if self.post.is_none() || self.first_folder().is_some() {
            self.output.files(&self.kind(), Some(&self.report), files);
        }
        if self.dry_run && self.post.is_none() {
            files.lock_nothing();
        }
    }

    fn kind(&self) -> DocumentKind<ReportFormat> {
        DocumentKind { placeholders: Placeholder::OF_RUN, split: self.split, makes_folder: true, stems }
    }
}

/// The dimension or attribute of that name.
fn dimension(text: &str, attributes: &[&'static str]) -> anyhow::Result<Dimension> {
    let name = text.replace('-', "_");
    let own = attributes.iter().find(|own| **own == text).map(|own| Dimension::Attribute(own));
    let filtered = || Dimension::ALL.iter().copied().filter(|dimension| dimension.has_filter());
    own.or_else(|| filtered().find(|dimension| dimension.name() == name)).ok_or_else(|| {
        let names = filtered().map(Dimension::name).chain(attributes.iter().copied());
        Failure::Usage.because(format!("--split-by {text}: {}", unknown_dimension(&name, text, names)))
    })
}

/// Checks before files are written, on the run's facts, the window, now and the opening hours.
type RunChecks<'a> = dyn Fn(&RunFacts, Window, i64, Option<&OpeningHours>) -> anyhow::Result<()> + 'a;

/// Runs the command. Checks everything possible before it reads the log.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &RunArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let look = args.look.load()?;
    let mailing = args.mailing(&look)?;
    // With mail, the request is checked later, so that a failure can be mailed.
    let checked_now = (args.dry_run || mailing.is_none()).then(|| CheckedRun::of(args)).transpose()?;
    if let Some(checked) = checked_now.as_ref().filter(|_| args.dry_run) {
        print(plan::text(&planned(args, checked)?).as_bytes())?;
    }
    let Some(mailing) = mailing else {
        if let Some(checked) = checked_now.filter(|_| !args.dry_run) {
            make(args, &checked, &look, &interrupt, &|_, _, _, _| Ok(()))?;
        }
        return Ok(());
    };
    let flags = &args.flags;
    let expected = || {
        let zone = flags.log.zone()?;
        let now = flags.window.now(zone)?;
        anyhow::Ok((flags.window.window(zone, now, None)?, now))
    };
    let expected = expected().ok().filter(|_| flags.window.to != Some(To::LogEnd));
    mailing.run(expected, |ready| {
        let checked = checked_now.map_or_else(|| CheckedRun::of(args), Ok)?;
        mailing.check(&checked.request.templates)?;
        make(args, &checked, &look, &interrupt, ready)
    })
}

/// The inputs, days and outputs of the run.
fn planned(args: &RunArgs, checked: &CheckedRun) -> anyhow::Result<Vec<PlanLine>> {
    let CheckedRun { request, kind, output } = checked;
    plan::lines(&args.flags.log, request, (output, kind), |window| names(args, request, window))
}

/// A run after all checks that need no log.
struct CheckedRun<'a> {
    request: ReportRequest,
    kind: DocumentKind<ReportFormat>,
    output: &'a Output<ReportFormat>,
}

impl<'a> CheckedRun<'a> {
    fn of(args: &'a RunArgs) -> anyhow::Result<Self> {
        check_has_logs(args)?;
        check_min_cell(args)?;
        let request = args.flags.request(args.flags.templates()?)?;
        let kind = args.kind();
        let output = args.output.output(&kind)?;
        output.check(&kind, args.output.mkdir)?;
        // A mail also uses the language and the brand, and `--no-mail` skips it only once.
        if args.post.is_none() && !args.mail.no_mail {
            output.note_effect(&args.flags.log, &args.look.brand);
        }
        Ok(Self { request, kind, output })
    }
}

fn check_has_logs(args: &RunArgs) -> anyhow::Result<()> {
    if args.flags.log.logs.is_empty() {
        return Err(Failure::Usage.because(format!(
            "report `{name}` names no logs: write logs = [\"…\"] under [reports.{name}], or name them here",
            name = args.report
        )));
    }
    Ok(())
}

/// Refuses `--min-cell` with `--split-by`: the other reports and the whole would reveal what one report hides.
fn check_min_cell(args: &RunArgs) -> anyhow::Result<()> {
    match (args.flags.log.min_cell, &args.split_by) {
        (Some(least), Some(dimension)) => Err(Failure::Usage.because(format!(
            "--min-cell {least} cannot be kept over the reports of --split-by {dimension}: what one hides, the others give \
             away; make one report with `--by {dimension}`"
        ))),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Makes the report and its outputs, and warns of characters that no font has.
fn make(
    args: &RunArgs,
    checked: &CheckedRun,
    look: &Look,
    interrupt: &Interrupt,
    ready: &RunChecks,
) -> anyhow::Result<MadeReport> {
    let language = args.language.language;
    let flags = &args.flags;
    let CheckedRun { request, kind, output } = checked;
    let inputs = |files: &mut Files| {
        flags.files(files);
        args.look.files(files);
    };
    if args.split_by.is_none() && request.has_days() {
        output.guard(kind, &names(args, request, request.window(None)?), inputs)?;
    }
    let facts = load::facts_for(&flags.log, interrupt, |last_event| match args.split {
        // The value of each part is an extra filter, so all facts are kept.
        Some(_) => Ok(Projection { may_be_stored: true, ..Projection::all() }),
        None => request.projection(last_event),
    })?;
    let mut steps = flags.log.steps.begin();
    let report = request.report(&facts)?;
    steps.done(RunStep::Report, &[("metrics", report.metrics.iter().count() as u64)]);
    let printing = args.output.printing(flags.log.quiet);
    let window = request.window(facts.run.last_event())?;
    let now = request.now;
    let opening = request.thresholds.opening.as_ref();
    ready(&facts.run, window, now, opening.map(|opening| &*opening.hours))?;
    let names = names(args, request, window);
    let template = names.template.clone();
    let made = |report: Report, missing: BTreeSet<char>| {
        missing_glyphs(&missing, &flags.log.allow);
        MadeReport { report, window, now, language, template, files: Vec::new(), parts: Vec::new(), missing }
    };
    let patterns = match output {
        Output::Stdout(_) if args.post.is_some() => {
            warn(&report.warnings, &flags.log.allow);
            return Ok(made(report, BTreeSet::new()));
        }
        Output::Stdout(_) => {
            warn_beside_output(output.is_terminal(), &report.warnings, &flags.log.allow);
            let render = report::renderer(&report, language, look);
            let missing = output.write(kind, Some(&names), args.output.mkdir, printing, interrupt, &render)?;
            drop(render);
            return Ok(made(report, missing));
        }
        Output::Files(patterns) => patterns,
    };
    warn(&report.warnings, &flags.log.allow);
    let mut batch = OutputBatch::default();
    let mut parts = Vec::new();
    match args.split {
        None => batch.add(patterns, kind, Some(&names), None, printing, &report::renderer(&report, language, look))?,
        Some(dimension) => {
            let values = values(args, request, &facts, dimension)?;
            let labels: Vec<&str> = values.iter().map(|(_, label)| label.as_str()).collect();
            let file_names = distinct_names(&labels);
            for ((value, label), name) in values.into_iter().zip(file_names) {
                let mut query = request.query(window)?;
                query.filters.values.insert(dimension, vec![value.clone()]);
                let part = built(&facts, &query)?;
                let before = batch.paths().count();
                batch.add(
                    patterns,
                    kind,
                    Some(&names),
                    Some(&name),
                    printing,
                    &report::renderer(&part, language, look),
                )?;
                // The mail renders the reports again.
                if args.post.is_some() {
                    let files = batch.paths().skip(before).collect();
                    parts.push(SplitReport { value, label, name, report: part, files });
                }
            }
        }
    }
    guard(batch.paths(), inputs)?;
    if !args.dry_run {
        batch.write(args.output.mkdir, printing, interrupt)?;
        steps.done(RunStep::Write, &[("files", batch.paths().count() as u64)]);
    }
    let files = batch.paths().collect();
    Ok(MadeReport { files, parts, ..made(report, batch.into_missing()) })
}

/// Checks that the log has a value of a dimension, unless `--allow-empty` is given.
fn check_value(filters: &FilterFlags, facts: &Facts, dimension: Dimension, value: &str) -> anyhow::Result<()> {
    if filters.allow_empty {
        return Ok(());
    }
    let values = [(dimension, vec![value.to_owned()])].into();
    let unknown = Unknown::find(&Filters { values, ..Filters::default() }, facts)?;
    match unknown.into_iter().find(|unknown| unknown.is_all) {
        None => Ok(()),
        Some(unknown) => Err(Failure::EmptyWindow.because(unknown.in_words())),
    }
}

/// The values of the words in the names of outputs.
fn names(args: &RunArgs, request: &ReportRequest, window: Window) -> OutputNames {
    OutputNames { report: args.report.clone(), ..report::names(&request.templates, window) }
}

/// The values of a dimension that have numbers in the report or a mail of their own, each with its name for people.
fn values(
    args: &RunArgs,
    request: &ReportRequest,
    facts: &Facts,
    dimension: Dimension,
) -> anyhow::Result<Vec<(String, String)>> {
    let metrics: Vec<_> = request.templates.iter().flat_map(|template| &template.metrics).copied().collect();
    let mut seen = BTreeSet::new();
    let metrics: Vec<_> =
        metrics.into_iter().filter(|metric| seen.insert(metric.id) && metric.has(dimension)).collect();
    let template = Template {
        name: String::new(),
        title: String::new(),
        key_figures: Vec::new(),
        tables: vec![TableTemplate { dimensions: vec![dimension], metrics: metrics.clone() }],
        metrics,
        heatmaps: Vec::new(),
        trend: None,
        staffing: false,
        sections: Sections::default(),
    };
    let report = ReportRequest { templates: vec![template], ..request.clone() }.report(facts)?;
    let rows = report.tables.iter().flat_map(|(_, table)| &table.rows);
    let mut values: Vec<(String, String)> = rows.map(|row| (row.key.concat(), row.label.concat())).collect();
    let filters = request.filters.filters();
    let kept = filters.values.get(&dimension);
    for value in args.post.iter().flat_map(|post| post.values()) {
        if !values.iter().any(|(known, _)| known == value) {
            if kept.is_some_and(|kept| !kept.iter().any(|kept| kept == value)) {
                if !args.flags.log.quiet {
                    let (report, flag) = (&args.report, flag_of(dimension));
                    note(&format!(
                        "note: {flag} leaves out {value} of [reports.{report}.mail.each]",
                        value = shown(value)
                    ));
                }
                continue;
            }
            // A quiet week gives a report of zeros; a name that the log lacks is a typing mistake.
            check_value(&request.filters, facts, dimension, value)
                .with_context(|| format!("[reports.{}.mail.each]", args.report))?;
            values.push((value.to_owned(), value.to_owned()));
        }
    }
    values.sort();
    // The filter of the part without a value also matches a value named `(none)`.
    if values.iter().any(|(value, _)| value == NO_VALUE) {
        values.retain(|(value, _)| value_of_key(value) != Some(NO_VALUE));
    }
    values.dedup_by(|a, b| a.0 == b.0);
    // Ids distinguish two people with one name.
    let is_twice = |label: &str| values.iter().filter(|(_, other)| other == label).count() > 1;
    let labels: Vec<String> = values
        .iter()
        .map(|(value, label)| if is_twice(label) { format!("{label} {value}") } else { label.clone() })
        .collect();
    Ok(values.into_iter().map(|(value, _)| value).zip(labels).collect())
}
