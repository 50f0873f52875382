//! The spans behind a metric of agents' time.

use polars::prelude::PolarsResult;

use super::spans::{Span, intersection};
use super::{AgentTime, held, stints};
use crate::metrics::measure::Times;
use crate::report::measure_window::FactSource;
use crate::time::Window;

/// A counted span: cut to the window, and to the hours and weekdays of the filter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedSpan {
    pub span: Span,
    pub agent: Option<String>,
    /// The conversation, if the metric counts stints.
    pub conversation: Option<String>,
    /// For a share: whether it is in the numerator.
    pub is_in_numerator: Option<bool>,
}

impl AgentTime<'_> {
    /// The spans behind a metric, in order of time; they add up to it. For `concurrency` they are stints; for
    /// `occupancy` they are time online, cut where an agent's first conversation begins or the last one ends.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn listed(&self, times: Times, window: Window) -> PolarsResult<Vec<ListedSpan>> {
        let FactSource { facts, filters, .. } = self.source;
        let bounds = (window.begins(), window.ends());
        let mut found = Vec::new();
        if times != Times::Handling && !filters.is_of_agents_alone() {
            return Ok(found);
        }
        let mut add = |agent: Option<&str>, conversation: Option<&str>, span: Span, is_in_numerator| {
            found.extend(self.cut.parts(span, bounds).into_iter().map(|span| ListedSpan {
                span,
                agent: agent.map(str::to_owned),
                conversation: conversation.map(str::to_owned),
                is_in_numerator,
            }));
        };
        match times {
            Times::Handling | Times::Concurrency => {
                let rows = stints(facts, filters)?.collect()?;
                let conversations = rows.column("conversation_id")?.str()?;
                for ((agent, span), conversation) in held(&rows, facts)?.into_iter().zip(conversations.iter()) {
                    add(agent, conversation, span, None);
                }
            }
            Times::Online | Times::Paused | Times::Attended => {
                for (id, agent) in &self.agents {
                    let spans = match times {
                        Times::Online => &agent.online,
                        Times::Paused => &agent.paused,
                        Times::Attended | Times::Handling | Times::Concurrency | Times::Occupancy => &agent.attended,
                    };
                    for span in spans {
                        add(id.as_deref(), None, *span, None);
                    }
                }
            }
            Times::Occupancy => {
                for (id, agent) in &self.agents {
                    for span in &agent.busy {
                        add(id.as_deref(), None, *span, Some(true));
                    }
                    let idle = intersection(&agent.online, &between(&agent.attended));
                    for span in idle {
                        add(id.as_deref(), None, span, Some(false));
                    }
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The gaps between spans that are ordered and do not overlap.
fn between(spans: &[Span]) -> Vec<Span> {
    let begins = std::iter::once(i64::MIN).chain(spans.iter().map(|span| span.1));
    let ends = spans.iter().map(|span| span.0).chain(std::iter::once(i64::MAX));
    begins.zip(ends).collect()
}
