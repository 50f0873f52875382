//! Satisfaction surveys: ratings from 1 to 5, thumbs up and down, and the share of rated conversations (semantics 12).
//! The net promoter score is among the queues.

use polars::prelude::*;

use super::measure::{Measure, every_row as all};
use super::{AgentFilter, Better, Clock, Metric, Theme};
use crate::event::{Fact, Survey};
use crate::fold::schema::FactTable;

/// Ratings, by the instant at which they were given.
const RATINGS: Metric = Metric {
    id: "",
    needs: &[],
    label: "",
    doc: "",
    plain: None,
    table: FactTable::Ratings,
    clock: Clock::Column("ts"),
    measure: Measure::Count { rows: all },
    agent: AgentFilter::Own,
    theme: Theme::Service,
    better: Better::Higher,
    open_time: false,
    joined: None,
    terms: &[],
    revision: 1,
};

/// Whether a rating belongs to that survey.
pub fn is_of(survey: Survey) -> Expr {
    col("survey").eq(lit(survey.name()))
}

fn is_of_satisfaction() -> Expr {
    is_of(Survey::Csat).or(is_of(Survey::Thumbs))
}

fn has_agent() -> Expr {
    col("first_agent_message_at").is_not_null()
}

/// Whether a rating is 4 or 5 of 5, or thumbs up.
fn is_satisfied() -> Expr {
    let stars = is_of(Survey::Csat).and(col("score").gt_eq(lit(4)));
    stars.or(is_of(Survey::Thumbs).and(col("score").eq(lit(1))))
}

/// The metrics of surveys.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "ratings",
        needs: &[&[Fact::Rated]],
        label: "Ratings",
        doc: "Ratings that customers gave in the window, of all surveys; for each survey, the last one of a conversation.",
        plain: Some("Ratings that customers gave in the period; for each survey, the last one of a conversation."),
        better: Better::Neither,
        ..RATINGS
    },
    Metric {
        id: "csat",
        needs: &[&[Fact::RatedCsat, Fact::RatedThumbs]],
        label: "Satisfied customers",
        doc: "Ratings of 4 and 5 (of 1 to 5) and thumbs up, as a share of the ratings of 1 to 5 and of thumbs.",
        plain: Some("Ratings of 4 and 5 (of 1 to 5) and thumbs up, as a share of all ratings of 1 to 5 and thumbs."),
        measure: Measure::Rate { part: is_satisfied, whole: is_of_satisfaction },
        ..RATINGS
    },
    Metric {
        id: "csat_score",
        needs: &[&[Fact::RatedCsat]],
        label: "Satisfaction score",
        doc: "The mean of the ratings of 1 to 5, without thumbs.",
        plain: Some("The mean of the ratings of 1 to 5."),
        measure: Measure::Mean { rows: || is_of(Survey::Csat), column: "score" },
        ..RATINGS
    },
    Metric {
        id: "rated_share",
        needs: &[&[Fact::AgentMessage], &[Fact::Closed], &[Fact::Rated]],
        label: "Rated conversations",
        doc: "Of the conversations that are closed at the horizon and in which an agent wrote, the share with a rating of any survey, before or after the close; counted at the close.",
        plain: Some("Share of the closed conversations in which an agent wrote that have a rating."),
        table: FactTable::Conversations,
        clock: Clock::Column("closed_at"),
        measure: Measure::Rate {
            part: || has_agent().and(col("score").is_not_null().or(col("satisfaction").is_not_null())),
            whole: has_agent,
        },
        ..RATINGS
    },
];
