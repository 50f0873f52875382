//! `dialogram check`: compares a log or a report with a baseline, by rules.

use std::path::{Path, PathBuf};

use chrono::Days;
use clap::Args;

use super::flags::LanguageFlag;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::look::BrandFlag;
use super::output::effect::{note_brand, note_translated};
use super::report::ReportFlags;
use super::request::ReportRequest;
use super::streams::{note, print};
use super::templates::has_it;
use super::warn::warn;
use super::{contributors, load, report_file, rules};
use crate::event::attributes::interned;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::projection::Projection;
use crate::gate::{self, Cause, Difference, Outcome, Rule, RuleTable, Unmatched, differences};
use crate::harmless::shown_path;
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::nearest::hint;
use crate::render::gate::{CheckFormat, render, summary};
use crate::render::look::Look;
use crate::render::whole_file::{check_file_writable, write_all_whole, write_whole};
use crate::render::{Rendered, json};
use crate::report::filters::Filters;
use crate::report::key::{self, joined};
use crate::report::template::Template;
use crate::report::unknown_names::Unknown;
use crate::report::{Report, SCHEMA};
use crate::time::{To, Window, date_of};

/// The flags that `check REPORT.json` accepts. The other flags choose how a log is read and what its report contains.
const REPORT_FLAGS: [&str; 14] = [
    "allow",
    "baseline",
    "baseline-log",
    "brand",
    "config",
    "force",
    "format",
    "lang",
    "output",
    "progress",
    "quiet",
    "rules",
    "update",
    "verbose",
];

/// Compares a report, or the report of a log, with an earlier one. Exit code 1 if a number is out of its tolerance.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --rules every number must be the same. A rules file:
  [[rules]]
  metric = \"queue_wait\"       # and statistic = \"mean\", \"p50\", \"p90\", \"p95\", \"max\" or \"n\"
  statistic = \"p90\"
  dimension = \"queue\"         # each row of the table; without it the total; \"channel,department\" for a crossing
  key = \"Pedidos\"             # only this row, as report.csv writes it: \"web | Sales\" of a crossing
  direction = \"worse\"         # any, up, down or worse
  relative = \"10%\"            # the change allowed; absolute = \"30s\"; the wider one counts
  minimum-n = 20              # numbers of fewer rows are not compared
  [[rules]]
  metric = \"service_level\"
  at-least = \"80%\"            # a bound needs no baseline; no data breaks it
  allow-no-data = true        # unless the rule says so
  severity = \"warn\"           # reported, but the gate passes
  [[rules]]
  table = \"staffing\"          # or \"heatmap\", \"trend\"
  metric = \"difference\"       # agents online minus agents needed
  key = \"mon 10\"              # only this cell; without it all cells
  at-least = -1

Examples:
  dialogram check export.jsonl --from 2026-03-02 --to 2026-03-08 --baseline base.json
  dialogram check this-week.json --baseline last-week.json --rules rules.toml
  dialogram check export.jsonl --to log-end --baseline-log logs/")]
pub struct CheckArgs {
    /// The content of the report; or a report.json, alone.
    #[command(flatten)]
    pub flags: ReportFlags,
    /// The report.json to compare with
    #[arg(long, value_name = "REPORT.json", help_heading = "Gate")]
    baseline: Option<PathBuf>,
    /// The log of the baseline: findings name the conversations behind a difference; without --baseline, its report is the baseline
    #[arg(long, value_name = "LOG", help_heading = "Gate")]
    baseline_log: Option<PathBuf>,
    /// Rules that the numbers must keep [default: every number must be the same]
    #[arg(long, value_name = "FILE", help_heading = "Gate")]
    rules: Option<PathBuf>,
    /// Accept the report: write it to --baseline, without comparing
    #[arg(long, requires = "baseline", conflicts_with = "rules", help_heading = "Gate")]
    update: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: CheckFormat,
    /// The language of the page.
    #[command(flatten)]
    language: LanguageFlag,
    /// The brand of the page.
    #[command(flatten)]
    brand: BrandFlag,
    /// Where to write the findings [default: standard output]
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

impl CheckArgs {
    /// Notes flags of the language and the look that were typed and that the format does not show.
    fn note_effect(&self) {
        if self.flags.log.is_typed("brand") && self.format != CheckFormat::Html {
            note_brand(&self.brand, "this format", "html");
        }
        if self.flags.log.is_typed("lang") && !self.flags.log.quiet {
            note_translated(&self.format, |format| format.is_translated());
        }
    }

    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.flags.files(files);
        if let Some(log) = &self.baseline_log {
            files.read_logs("--baseline-log", std::slice::from_ref(log));
        }
        if let Some(rules) = &self.rules {
            files.read("--rules", rules);
        }
        self.brand.files(files);
        match &self.baseline {
            Some(baseline) if self.update => files.write_file("--baseline", baseline),
            Some(baseline) => files.read("--baseline", baseline),
            None => {}
        }
        match &self.output {
            Some(output) => files.write("-o", output),
            None if self.update => {}
            None => files.write_stdout(),
        }
    }
}

/// Runs the command. Checks the rules, the baseline and the flags before it reads the log.
///
/// # Errors
///
/// Every failure of the run; a number out of its tolerance is one.
pub fn run(args: &CheckArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    if args.baseline_log.is_some() {
        args.flags.log.refuse_min_cell("--baseline-log")?;
    }
    if let (None, None, None) = (&args.baseline, &args.baseline_log, &args.rules) {
        return Err(Failure::Usage.because("nothing to compare with: name a --baseline, or --rules with bounds"));
    }
    if let Some(path) = args.output.as_deref().filter(|path| *path != Path::new("-")) {
        check_file_writable(path)?;
    }
    if args.update {
        return update(args, &interrupt);
    }
    let look = args.brand.load()?.into();
    args.note_effect();
    let old = args.baseline.as_deref().map(baseline).transpose()?;
    let subject = subject(args)?;
    let attributes = attributes(args, old.iter().chain(&subject));
    let rules = args.rules.as_deref().map(|path| rules::read(path, &attributes)).transpose()?;
    if let (None, None, Some(rule)) =
        (&old, &args.baseline_log, rules.iter().flatten().find(|rule| rule.change.is_some()))
    {
        return Err(rule_error(args, rule, "it is about a change: name the --baseline"));
    }
    let new =
        checked_report(args, subject, old.as_ref(), &interrupt).map_err(|error| match (&old, Failure::of(&error)) {
            (Some(old), Some(Failure::EmptyWindow)) if !has_days_of(&args.flags, old) => {
                let flags = window_flags(old);
                let kind = Failure::EmptyWindow;
                kind.because(format!("{error:#}\nfor the days of the baseline give {flags}"))
            }
            (Some(_) | None, _) => error,
        })?;
    warn(&new.report.warnings, &args.flags.log.allow);
    let before = args.baseline_log.as_ref().map(|log| before(args, log, old.as_ref(), &new, &interrupt)).transpose()?;
    let old = old.or_else(|| before.as_ref().map(|before| before.report.clone()));
    if let Some(old) = &old {
        comparable(old, &new.report, rules.as_deref())?;
    }
    let mut outcome = gate::check(&new.report, old.as_ref(), rules.as_deref(), &|rule| new.has_key_of(rule))
        .map_err(|wrong| unmatched(args, wrong, &new.report))?;
    if let (Some(before), Some(old)) = (&before, &old) {
        let (old, now) = (before.side(&args.flags, old)?, new.side(&args.flags, &new.report)?);
        if let Some(request) = &new.request {
            contributors::name(&mut outcome.findings, request, old, now)?;
        }
    }
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let outcome = Outcome {
        subject: args.flags.log.logs.iter().map(|log| log.display().to_string()).collect::<Vec<_>>().join(" "),
        baseline: shown(&args.baseline).or_else(|| shown(&args.baseline_log)),
        rules: shown(&args.rules),
        ..outcome
    };
    write_outcome(args, &outcome, &look, &interrupt)?;
    if outcome.passes() {
        Ok(())
    } else {
        Err(Failure::Found.because(format!("check: {}", summary(Language::English, &outcome))))
    }
}

/// The attributes that rules may name: those of the run and of both reports.
fn attributes<'r>(args: &CheckArgs, reports: impl Iterator<Item = &'r Report>) -> Vec<&'static str> {
    let mut names = args.flags.log.declared.to_vec();
    for name in reports.flat_map(|report| &report.attributes) {
        if !names.contains(&name.as_str()) {
            names.push(interned(name));
        }
    }
    names
}

/// The baseline. If the file is missing, the error shows how to make it.
fn baseline(path: &Path) -> anyhow::Result<Report> {
    if !path.exists() && path != Path::new(report_file::STANDARD_STREAM) {
        let location = shown_path(path);
        let message = format!("--baseline {location}: no such file: run this with --update once, which makes it");
        return Err(Failure::Input.because(message));
    }
    report_file::read(path)
}

/// Prints or writes the findings.
fn write_outcome(args: &CheckArgs, outcome: &Outcome, look: &Look, interrupt: &Interrupt) -> anyhow::Result<()> {
    let text = render(outcome, args.format, args.language.language, look)?;
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let _whole = interrupt.hold();
            write_whole(path, text.as_bytes())
        }
        // `--quiet` hides a result without findings.
        None if args.flags.log.quiet && args.format == CheckFormat::Text && outcome.findings.is_empty() => Ok(()),
        None => print(text.as_bytes()),
    }
}

fn update(args: &CheckArgs, interrupt: &Interrupt) -> anyhow::Result<()> {
    let Some(path) = &args.baseline else { return Ok(()) };
    check_file_writable(path)?;
    // An existing baseline names its templates.
    let old = if path.exists() { report_file::read(path).ok() } else { None };
    let new = checked_report(args, subject(args)?, old.as_ref(), interrupt)?;
    let report = Rendered::of(|out| json::write_to(&new.report, out))?;
    let _whole = interrupt.hold();
    write_all_whole(&[(path.clone(), report)])?;
    if !args.flags.log.quiet {
        note(&format!("wrote {}", shown_path(path)));
    }
    Ok(())
}

/// A report; if it was made from a log, also its request and its facts.
struct CheckedReport {
    report: Report,
    request: Option<ReportRequest>,
    facts: Option<Facts>,
}

impl CheckedReport {
    /// A report of a file.
    const fn read(report: Report) -> Self {
        Self { report, request: None, facts: None }
    }

    /// Whether the log has the values of a rule's key. Unknown for a report without its log.
    fn has_key_of(&self, rule: &Rule) -> bool {
        let (RuleTable::By(dimensions), Some(key), Some(facts)) = (&rule.table, &rule.key, &self.facts) else {
            return false;
        };
        let parts = key::parts(key, dimensions.len());
        let is_known = |(dimension, value): (&Dimension, String)| {
            let values = [(*dimension, vec![value])].into();
            let unknown = Unknown::find(&Filters { values, ..Filters::default() }, facts);
            dimension.unit().is_none() && unknown.is_ok_and(|unknown| unknown.is_empty())
        };
        parts.len() == dimensions.len() && dimensions.iter().zip(parts).all(is_known)
    }

    /// The facts, with the days of a report.
    fn side(&self, flags: &ReportFlags, report: &Report) -> anyhow::Result<contributors::ReportSide<'_>> {
        let days = u64::from(report.window.days.saturating_sub(1));
        let window = date_of(&report.window.from).and_then(|first| {
            let zone = flags.log.zone().ok()?;
            Window::new(zone, first, first.checked_add_days(Days::new(days))?)
        });
        let (Some(facts), Some(window)) = (&self.facts, window) else {
            let message = "--baseline-log: conversations are found in logs: name the log itself, not its report";
            return Err(Failure::Usage.because(message));
        };
        Ok(contributors::ReportSide { facts, window })
    }
}

/// The baseline's log, read with the same flags, for the baseline's days if there is a baseline.
fn before(
    args: &CheckArgs,
    log: &Path,
    old: Option<&Report>,
    new: &CheckedReport,
    interrupt: &Interrupt,
) -> anyhow::Result<CheckedReport> {
    let mut flags = args.flags.clone();
    flags.log.logs = vec![log.to_owned()];
    flags.log.rejects = None;
    match old {
        None if report_file::is_report(log) => Ok(CheckedReport::read(report_file::read(log)?)),
        None => {
            let request = new.request.clone().map_or_else(|| flags.request(flags.templates()?), Ok)?;
            made(args, &flags, request, interrupt)
        }
        // The same as without facts; a message explains it.
        Some(old) if report_file::is_report(log) => Ok(CheckedReport::read(old.clone())),
        Some(old) => {
            let all = Projection { may_be_stored: true, ..Projection::all() };
            let facts = Some(load::facts_for(&flags.log, interrupt, |_| Ok(all))?);
            Ok(CheckedReport { report: old.clone(), request: None, facts })
        }
    }
}

/// The report that is checked as it is, if a file of one is named.
fn subject(args: &CheckArgs) -> anyhow::Result<Option<Report>> {
    let log = &args.flags.log;
    let Some(path) = log.logs.iter().find(|path| report_file::is_report(path)) else { return Ok(None) };
    let report = report_file::read(path)?;
    if log.logs.len() > 1 {
        let location = shown_path(path);
        return Err(Failure::Usage.because(format!("{location} is a report: it is looked at alone")));
    }
    if let Some(flag) = log.typed.iter().find(|flag| !REPORT_FLAGS.contains(&flag.as_str())) {
        let location = shown_path(path);
        return Err(Failure::Usage
            .because(format!("--{flag}: {location} is a finished report; omit the flag, or name the log")));
    }
    Ok(Some(report))
}

/// The report to check: a file, or made from logs. Without `--template` it has the templates of the baseline.
fn checked_report(
    args: &CheckArgs,
    subject: Option<Report>,
    old: Option<&Report>,
    interrupt: &Interrupt,
) -> anyhow::Result<CheckedReport> {
    if let Some(report) = subject {
        return Ok(CheckedReport::read(report));
    }
    let flags = &args.flags;
    let is_open = flags.template.is_empty() || flags.log.is_default("template");
    let templates = match old.filter(|_| is_open) {
        None => flags.templates()?,
        Some(old) => {
            let named = |name: &String| {
                let is_built_in = Template::names().any(|known| known == name);
                let message = format!("the baseline is of the template `{name}`: name its file with --template");
                if is_built_in { Template::built_in(name) } else { Err(Failure::Usage.because(message)) }
            };
            let mut templates = old.templates.iter().map(named).collect::<Result<Vec<_>, _>>()?;
            flags.add_tables(&mut templates)?;
            templates
        }
    };
    made(args, flags, flags.request(templates)?, interrupt)
}

/// The report of a log.
fn made(
    args: &CheckArgs,
    flags: &ReportFlags,
    request: ReportRequest,
    interrupt: &Interrupt,
) -> anyhow::Result<CheckedReport> {
    let facts = load::facts_for(&flags.log, interrupt, |last_event| match args.baseline_log {
        Some(_) => Ok(Projection { may_be_stored: true, ..Projection::all() }),
        None => request.projection(last_event),
    })?;
    Ok(CheckedReport { report: request.report(&facts)?, request: Some(request), facts: Some(facts) })
}

/// Refuses to compare reports that differ in window length, zone, filter, limit or definition.
fn comparable(old: &Report, new: &Report, rules: Option<&[Rule]>) -> anyhow::Result<()> {
    debug_assert_eq!((old.schema.as_str(), new.schema.as_str()), (SCHEMA, SCHEMA));
    let is_of_rules = |difference: &Difference| match (&difference.metric, rules) {
        (Some(metric), Some(rules)) => rules.iter().any(|rule| rule.is_about(metric) && rule.change.is_some()),
        (Some(_), None) | (None, _) => true,
    };
    let differences = differences(old, new);
    let forbidding: Vec<String> = differences
        .iter()
        .filter(|difference| difference.forbids && is_of_rules(difference))
        .map(|Difference { what, old, new, .. }| format!("{what}: {old} in the baseline, {new} now"))
        .collect();
    if forbidding.is_empty() {
        return Ok(());
    }
    let days = differences.iter().any(|difference| difference.forbids && difference.cause == Cause::Window);
    let flags = if days { format!(" of its window: {}", window_flags(old)) } else { String::new() };
    Err(Failure::Usage.because(format!(
        "the baseline cannot be compared:\n  {}\ngive the same flags{flags}, or make the baseline again with --update",
        forbidding.join("\n  ")
    )))
}

/// Whether the flags choose the days of a report.
fn has_days_of(flags: &ReportFlags, report: &Report) -> bool {
    let (Some(first), Some(To::Date(last))) = (flags.window.from, flags.window.to) else { return false };
    format!("--from {first} --to {last} --tz {}", flags.log.tz) == window_flags(report)
}

/// The window of a report as flags.
fn window_flags(report: &Report) -> String {
    let window = &report.window;
    let first = window.from.get(..10).unwrap_or_default();
    let last = date_of(&window.to).and_then(|end| end.pred_opt()).map(|last| last.to_string()).unwrap_or_default();
    format!("--from {first} --to {last} --tz {}", window.timezone)
}

fn rule_error(args: &CheckArgs, rule: &Rule, message: &str) -> anyhow::Error {
    let location = args.rules.as_deref().map(shown_path).unwrap_or_default();
    Failure::Usage.because(format!("rules {location}:{}: {}: {message}", rule.line, rule.name))
}

/// A rule that matches no number is an error: it would always pass.
fn unmatched(args: &CheckArgs, wrong: Unmatched, report: &Report) -> anyhow::Error {
    match wrong {
        Unmatched::InReport(rule) => rule_error(args, rule, &why_unmatched(rule, report)),
        Unmatched::InBaseline(rule) => {
            let (table, id) = (rule.table.name(), &rule.metric);
            let message = format!("the baseline has no table {table} with `{id}`: make it again with --update");
            rule_error(args, rule, &message)
        }
    }
}

/// The parts that the report lacks, and the flag that adds them.
fn why_unmatched(rule: &Rule, report: &Report) -> String {
    let id = &rule.metric;
    let key = rule.key.as_deref().unwrap_or_default();
    let is_of_staffing = rule.table == RuleTable::Staffing;
    if !is_of_staffing && report.metrics.get(id).is_none() {
        return format!("the report has no `{id}`{}", has_it(id));
    }
    match &rule.table {
        RuleTable::Total => format!("the report has no such number of `{id}`"),
        RuleTable::Staffing => "the report has no staffing: add --template staffing".to_owned(),
        RuleTable::Heatmap => format!("the report has no heatmap of `{id}`: a template names its heatmaps"),
        RuleTable::Trend if report.trend.is_empty() => "the report has no trend: add --trend".to_owned(),
        RuleTable::Trend if rule.key.is_some() => format!("no window of the trend begins on {key}"),
        RuleTable::Trend => format!("`{id}` has no trend: it is counted at the horizon"),
        RuleTable::By(dimensions) => no_such_row(rule, dimensions, report),
    }
}

/// For a table by dimensions: names the missing row, or the flag that adds the table.
fn no_such_row(rule: &Rule, dimensions: &[Dimension], report: &Report) -> String {
    let (id, table, key) = (&rule.metric, rule.table.name(), rule.key.as_deref().unwrap_or_default());
    if let Some(table) = report.tables.get(&table).filter(|_| rule.table.is_in(report, id)) {
        let keys: Vec<String> = table.rows.iter().map(|row| joined(row.key.parts())).collect();
        return format!("no row `{key}`{}", hint(key, keys.iter().map(String::as_str)));
    }
    let turned = RuleTable::By(dimensions.iter().rev().copied().collect());
    let way = match turned.by().filter(|_| dimensions.len() > 1 && turned.is_in(report, id)) {
        Some(by) => format!("it has {}: write dimension = \"{by}\"", turned.name()),
        None => format!("add it with --by {}", rule.table.by().unwrap_or_default()),
    };
    format!("the report has no table {table} with `{id}`: {way}")
}
