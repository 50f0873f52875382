//! `dialogram report`: the report of a window.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::engine::{EngineFlags, facts_or};
use super::filter_flags::FilterFlags;
use super::flags::{LanguageFlag, LogFlags};
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::look::LookFlags;
use super::output::{DocumentKind, OutputFlags, OutputNames, Placeholder};
use super::request::{CompareFlag, ReportRequest, TrendFlag};
use super::staffing::StaffingFlags;
use super::steps::RunStep;
use super::streams::print;
use super::time_flags::{OpeningFlags, WindowFlags};
use super::warn::{missing_glyphs, warn_beside_output};
use super::{plan, planned_report, stage_plan, targets, templates, values};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::ingest::source::kept_facts;
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::nearest::unknown_dimension;
use crate::render::look::Look;
use crate::render::{Rendered, ReportFormat, TerminalOptions, render};
use crate::report::Report;
use crate::report::template::sections::WholeSection;
use crate::report::template::{TableTemplate, Template};
use crate::stage::plan::Plan;
use crate::time::Window;

/// The default template.
const DEFAULT_TEMPLATE: &str = "conversations";

/// Prints the report, or writes it with -o: weekly.pdf, or report.json, report.csv and report.pdf into a folder.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram report export.jsonl --to log-end                      the log's last seven days
  dialogram report logs/ --from 2026-03-02 --to 2026-03-08 -o out/  as JSON, CSV and PDF
  dialogram report logs/ --template queues --target queue_wait.p90=120 --channel web
  dialogram report logs/ --template weekly -o weekly.pdf
  dialogram report logs/ -o reports/{week}.{format} --format pdf --format json --mkdir

In the names of outputs: {from} and {to}, the first and last day; {week}, the ISO week of the last; {template};
{format}, the ending of the format.

Set the default of a flag in dialogram.toml, or in the environment: DIALOGRAM_TZ for --tz.")]
pub struct ReportArgs {
    /// The content of the report.
    #[command(flatten)]
    pub flags: ReportFlags,
    /// The engine, if any.
    #[command(flatten)]
    engine: EngineFlags,
    /// What the engine returns: facts, or counted values if the facts are too many for this machine [default: facts; values if the log is facts:PLACE]
    #[arg(long, value_enum, value_name = "WHAT", requires = "engine", help_heading = "Engine")]
    collect: Option<Collect>,
    /// Print the plan of an engine that counts the report's values, as JSON, and read nothing
    #[arg(long, conflicts_with_all = ["engine", "dry_run", "output"], help_heading = "Engine")]
    plan: bool,
    /// The outputs.
    #[command(flatten)]
    output: OutputFlags<ReportFormat>,
    /// The language of the report.
    #[command(flatten)]
    language: LanguageFlag,
    /// The look of the documents.
    #[command(flatten)]
    look: LookFlags,
    /// Read only the beginning of the logs, and print the inputs, days and outputs of the run
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
}

impl ReportArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.flags.files(files);
        self.look.files(files);
        self.output.files(&KIND, None, files);
        if self.dry_run {
            files.lock_nothing();
        }
    }
}

/// The outputs of a report.
const KIND: DocumentKind<ReportFormat> =
    DocumentKind { placeholders: Placeholder::OF_REPORT, split: None, makes_folder: false, stems };

/// The names of a report's files in a folder, without the ending: one file per format.
pub(super) fn stems(_: ReportFormat) -> Vec<&'static str> {
    vec!["report"]
}

/// The content of a report: flags of every command that makes one.
#[derive(Debug, Clone, Args)]
pub struct ReportFlags {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// The days.
    #[command(flatten)]
    pub window: WindowFlags,
    /// The opening hours.
    #[command(flatten)]
    pub opening: OpeningFlags,
    /// The settings of staffing.
    #[command(flatten)]
    pub staffing: StaffingFlags,
    /// Templates of the report: conversations, queues, agents, first-contact, weekly, operations, staffing, or a .toml file; repeatable
    /// [default: conversations]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Output")]
    pub template: Vec<String>,
    /// A table of all the report's metrics by a dimension, or by two crossed, as in channel,department; repeatable
    #[arg(long, value_name = "DIM[,DIM]", help_heading = "Output")]
    by: Vec<String>,
    /// The window to compare with: the days just before, none, or the same number of days from a date
    #[arg(long, value_name = "previous|none|DATE", default_value = "previous", help_heading = "Output")]
    compare: CompareFlag,
    /// Add each metric's values over N windows, of which this one is the last: 2 to 60, or none to leave out a template's trend
    #[arg(long, value_name = "N|none", help_heading = "Output")]
    trend: Option<TrendFlag>,
    /// Target of a number, as in `queue_wait.p90=120` (seconds), `service_level=80%` or `replies>=100`; repeatable
    #[arg(long, value_name = "METRIC[.STATISTIC]=NUMBER", help_heading = "Output")]
    target: Vec<String>,
    /// The rows that the report keeps.
    #[command(flatten)]
    pub filters: FilterFlags,
}

/// The value of `--by`: one dimension, or two.
fn dimensions(text: &str, attributes: &[&'static str]) -> Result<Vec<Dimension>, String> {
    let parse = |name: &str| {
        Dimension::named(name, attributes).ok_or_else(|| unknown_dimension(name, name, Dimension::names(attributes)))
    };
    let dimensions: Vec<Dimension> = text.split(',').map(parse).collect::<Result<_, _>>()?;
    match dimensions[..] {
        [a, b] if a == b => Err(format!("`{}` twice: cross two different dimensions", a.name())),
        [_] | [_, _] => Ok(dimensions),
        _ => Err(format!("{} dimensions: a table is by one, or by two", dimensions.len())),
    }
}

/// Runs the command. Checks all flags before it reads the log.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &ReportArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let flags = &args.flags;
    let request = flags.request(flags.templates()?)?;
    let look = args.look.load()?;
    let output = args.output.output(&KIND)?;
    output.check(&KIND, args.output.mkdir)?;
    output.note_effect(&flags.log, &args.look.brand);
    let names = |window: Window| names(&request.templates, window);
    let inputs = |files: &mut Files| {
        flags.files(files);
        args.look.files(files);
    };
    if request.has_days() {
        output.guard(&KIND, &names(request.window(None)?), inputs)?;
    }
    if args.dry_run {
        let lines = plan::lines(&flags.log, &request, (output, &KIND), names)?;
        return print(plan::text(&lines).as_bytes());
    }
    if args.plan {
        if flags.log.rejects.is_some() {
            return Err(
                Failure::Usage.because("--rejects has no effect on a plan: give it to `dialogram stage settle`")
            );
        }
        return stage_plan::print_json(&planned(flags, &request)?);
    }
    let facts = args.facts(&request, &interrupt)?;
    let mut steps = flags.log.steps.begin();
    let report = request.report(&facts)?;
    steps.done(RunStep::Report, &[("metrics", report.metrics.iter().count() as u64)]);
    warn_beside_output(output.is_terminal(), &report.warnings, &flags.log.allow);
    let names = names(request.window(facts.run.last_event())?);
    output.guard(&KIND, &names, inputs)?;
    let printing = args.output.printing(flags.log.quiet);
    let render = renderer(&report, args.language.language, &look);
    let missing = output.write(&KIND, Some(&names), args.output.mkdir, printing, &interrupt, &render)?;
    missing_glyphs(&missing, &flags.log.allow);
    steps.done(RunStep::Write, &[]);
    Ok(())
}

/// The result of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Collect {
    /// Fact rows, to be measured here.
    Facts,
    /// Values that the engine has counted.
    Values,
}

impl ReportArgs {
    /// The facts, or the values counted from them.
    fn facts(&self, request: &ReportRequest, interrupt: &Interrupt) -> anyhow::Result<Facts> {
        let flags = &self.flags;
        if let Some(folder) = values::folder_of(&flags.log)? {
            return values::open(folder, request);
        }
        // For kept facts the engine can count the values without folding.
        let is_kept = flags.log.logs.iter().any(|log| kept_facts(log).is_some());
        let collect = self.collect.or((is_kept && self.engine.is_asked()).then_some(Collect::Values));
        if collect == Some(Collect::Values) {
            let plan = planned(flags, request)?;
            return self.engine.facts_of(&flags.log, &plan, |folder| values::open(folder, request));
        }
        let here = || load::facts_for(&flags.log, interrupt, |last_event| request.projection(last_event));
        facts_or(&self.engine, &flags.log, here)
    }
}

/// The plan for an engine that counts the values of a report.
fn planned(flags: &ReportFlags, request: &ReportRequest) -> anyhow::Result<Plan> {
    values::refuse_pseudonyms(&flags.log)?;
    Ok(Plan { report: Some(planned_report::of(request)?), ..stage_plan::of(&flags.log)? }.with_steps())
}

/// The values of the words in the names of a report's outputs.
pub(super) fn names(templates: &[Template], window: Window) -> OutputNames {
    let templates: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    OutputNames { template: templates.join("+"), ..OutputNames::of_days(window.first_day(), window.last_day()) }
}

/// Renders a report.
pub(super) fn renderer<'r>(
    report: &'r Report,
    language: Language,
    look: &'r Look,
) -> impl Fn(ReportFormat, Option<usize>, &TerminalOptions) -> anyhow::Result<Rendered> + 'r {
    move |format, _, terminal| render(report, format, language, look, terminal)
}

impl ReportFlags {
    /// The files that these flags name.
    pub fn files(&self, files: &mut Files) {
        self.log.files(files);
        self.opening.files(files);
        for template in &self.template {
            files.read_if_path("--template", template);
        }
    }

    /// The templates of `--template`.
    ///
    /// # Errors
    ///
    /// If one is unknown or wrong.
    pub fn templates(&self) -> anyhow::Result<Vec<Template>> {
        let mut templates = if self.template.is_empty() {
            vec![Template::built_in(DEFAULT_TEMPLATE)?]
        } else {
            templates::open(&self.template, Some(&self.log.declared))?
        };
        self.add_tables(&mut templates)?;
        Ok(templates)
    }

    /// Adds the tables of `--by` to the templates, with all metrics that have these dimensions.
    ///
    /// # Errors
    ///
    /// If a dimension is unknown, or two tables would have one name.
    pub fn add_tables(&self, templates: &mut [Template]) -> anyhow::Result<()> {
        let mut tables = Vec::new();
        for by in &self.by {
            let dimensions = dimensions(by, &self.log.declared)
                .map_err(|message| Failure::Usage.because(format!("--by {by}: {message}")))?;
            tables.push(Template::whole_table(templates, &dimensions));
        }
        for template in templates.iter_mut() {
            template.sections.brought.retain(|name| !tables.iter().any(|table| table.name() == *name));
        }
        if let Some(last) = templates.last_mut() {
            if !tables.is_empty() {
                last.sections.ensure(WholeSection::Tables);
            }
            last.tables.extend(tables);
        }
        let all: Vec<&TableTemplate> = templates.iter().flat_map(|template| &template.tables).collect();
        for (at, table) in all.iter().enumerate() {
            let is_other = |other: &&&TableTemplate| other.dimensions != table.dimensions;
            if all[..at].iter().filter(is_other).any(|other| other.name() == table.name()) {
                let message = format!("two tables would be called `{}`: rename the attribute", table.name());
                return Err(Failure::Usage.because(message));
            }
        }
        Ok(())
    }

    /// The request made from the flags and these templates, after all checks that are possible before the log is read.
    ///
    /// # Errors
    ///
    /// If a check fails.
    pub fn request(&self, templates: Vec<Template>) -> anyhow::Result<ReportRequest> {
        let zone = self.log.zone()?;
        StaffingFlags::check(&templates, &self.log)?;
        let request = ReportRequest {
            // Default targets apply only if the report shows their metric; for typed targets it must.
            targets: targets::parse(&self.target, &templates, self.log.is_default("target"))?,
            thresholds: self.opening.thresholds(&self.log)?,
            now: self.window.now(zone)?,
            templates,
            zone,
            days: self.window.choice(),
            compare: self.compare,
            trend: self.trend,
            filters: self.filters.clone(),
            attributes: Arc::clone(&self.log.declared),
            staffing: self.staffing.query(),
            min_cell: self.log.min_cell,
        };
        request.check_days()?;
        Ok(request)
    }
}
