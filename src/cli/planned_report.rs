//! A report in the plan of an engine: the facts it needs, and its days once the log's end is known.

use chrono::NaiveDate;

use super::request::{CompareFlag, ReportRequest, compare, trend_windows};
use crate::failure::Failure;
use crate::fold::facts::RunFacts;
use crate::report::demand::Demand;
use crate::stage::plan::{Plan, PlannedReport, UntilLogEnd};
use crate::time::{To, Window, WindowChoice, parse_date, resolve};

/// The planned report of a request.
///
/// # Errors
///
/// If its days are impossible.
pub fn of(request: &ReportRequest) -> anyhow::Result<PlannedReport> {
    if request.has_days() {
        let query = request.query(request.window(None)?)?;
        return Ok(PlannedReport { demand: Demand::of(&query), until_log_end: None });
    }
    let WindowChoice { days, from, .. } = request.days;
    // Placeholder days, replaced when the log's end is known.
    let any = Window::new(request.zone, NaiveDate::default(), NaiveDate::default());
    let any = any.ok_or_else(|| anyhow::anyhow!("1970-01-01 is not a day"))?;
    Ok(PlannedReport {
        demand: Demand::of(&request.query(any)?),
        until_log_end: Some(UntilLogEnd {
            days,
            from: from.map(|date| date.to_string()),
            compare: request.compare.to_string(),
            trend: request.trend_count(),
        }),
    })
}

/// Fills in the days of a plan's report that depend on the log's end, if the end is known. For kept facts, restricts
/// the plan to the days that the report needs.
///
/// # Errors
///
/// If there are no such days.
pub fn settle_days(plan: &mut Plan) -> anyhow::Result<()> {
    let (Some(report), Some(run)) = (&mut plan.report, &plan.run) else { return Ok(()) };
    settle_window(report, run)?;
    if let Some(days) = plan.kept.as_mut().and_then(|kept| kept.days.as_mut()) {
        let spans = report.demand.spans()?;
        days.retain(|day| day.block.reaches(&spans));
    }
    Ok(())
}

fn settle_window(report: &mut PlannedReport, run: &RunFacts) -> anyhow::Result<()> {
    let Some(UntilLogEnd { days, from, compare: flag, trend }) = report.until_log_end.take() else { return Ok(()) };
    let wrong = |message: String| Failure::Usage.because(format!("the plan is wrong: {message}"));
    let from = from.map(|from| parse_date(&from)).transpose().map_err(|error| wrong(error.to_string()))?;
    let choice = WindowChoice { days, from, to: Some(To::LogEnd), period: None };
    let window = resolve(choice, report.demand.zone()?, 0, run.last_event())
        .map_err(|error| Failure::Usage.because(error.to_string()))?;
    let other = compare(flag.parse::<CompareFlag>().map_err(wrong)?, window)?.of(window);
    report.demand = report.demand.clone().over(window, other, &trend_windows(window, trend)?);
    Ok(())
}
