//! Metrics that other modules treat specially, found by their measure if possible, else by name. Only this file has
//! their names.

use super::measure::{Measure, Times};
use super::{Clock, Metric, all};
use crate::event::Fact;

/// Pairs of metrics that often have the same number: the one that is shown, and the one that repeats it.
pub(crate) const REPEATS: [(&str, &str); 2] =
    [("transfers_succeeded", "transfers_received"), ("chats_answered", "answered_conversations")];

/// Metrics whose rows are, by definition, those of one or several other metrics. The rows of a mean, a share and a
/// duration are those that its `n` counts.
pub(crate) const ROWS_OF: [(&str, &[&str]); 7] = [
    ("service_level", &["total_wait", "abandoned"]),
    ("time_to_abandon", &["abandoned"]),
    ("ratings", &["nps", "csat"]),
    ("containment_rate", &["bot_time"]),
    ("rated_share", &["conversation_time"]),
    ("rated_share", &["agent_time"]),
    ("conversation_time", &["agent_time"]),
];

/// Durations of messages that occur at most once in a conversation: they are also durations of the conversation.
pub(crate) const ONCE_A_CONVERSATION: [&str; 1] = ["first_response_time"];

/// Metrics whose labels are headings in the style of platforms, not nouns behind a number: sentences use another text.
pub const NAMED_IN_SENTENCES: [&str; 11] = [
    "conversations",
    "replies",
    "transfers_succeeded",
    "transfers_cancelled",
    "transfers_disabled",
    "transfers_incomplete",
    "abandoned",
    "no_shows",
    "resolved_first_contact",
    "unresolved_first_contact",
    "still_open",
];

/// The metric that counts distinct customers.
#[must_use]
pub(crate) fn of_customers() -> Option<&'static Metric> {
    all().find(|metric| matches!(metric.measure, Measure::Distinct { column: "customer", .. }))
}

/// The metric for a kind of agents' time.
#[must_use]
pub(crate) fn of_time(times: Times) -> Option<&'static Metric> {
    all().find(|metric| metric.measure.times() == Some(times))
}

/// The metrics of conversations that are open at the horizon.
pub(crate) fn of_open() -> impl Iterator<Item = &'static Metric> {
    all().filter(|metric| metric.clock.is_horizon())
}

/// Whether a metric adds up the time of agents: its `n` is a number of agents, not of rows.
#[must_use]
pub fn is_time(id: &str) -> bool {
    super::find(id).is_some_and(|metric| metric.clock == Clock::Time)
}

impl Metric {
    /// Whether it counts waits within the limit of `--service-level`.
    #[must_use]
    pub(crate) const fn has_limit(&self) -> bool {
        matches!(self.measure, Measure::Within { .. })
    }

    /// Whether it depends on customers who return within `--return-window`.
    #[must_use]
    pub(crate) fn has_return_window(&self) -> bool {
        self.measure.columns().iter().any(|column| column == "is_returned")
    }

    /// Whether it is a score of answers on the scale from 0 to 10.
    #[must_use]
    pub(crate) const fn is_promoter_score(&self) -> bool {
        matches!(self.measure, Measure::Score { .. })
    }

    /// Whether it counts ratings of any scale.
    #[must_use]
    pub(crate) fn counts_ratings(&self) -> bool {
        self.needs.iter().any(|one_of| one_of.contains(&Fact::Rated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find;

    fn ids(is: impl Fn(&Metric) -> bool) -> Vec<&'static str> {
        all().filter(|metric| is(metric)).map(|metric| metric.id).collect()
    }

    #[test]
    fn each_role_has_its_metrics() {
        assert_eq!(of_customers().map(|metric| metric.id), Some("engaged_customers"));
        assert_eq!(of_time(Times::Online).map(|metric| metric.id), Some("online_time"));
        assert_eq!(of_time(Times::Handling).map(|metric| metric.id), Some("handling_time"));
        assert_eq!(of_time(Times::Attended).map(|metric| metric.id), Some("attended_time"));
        assert_eq!(of_open().map(|metric| metric.id).collect::<Vec<_>>(), ["open_conversations", "awaiting_reply"]);
        assert_eq!(ids(Metric::has_limit), ["service_level"]);
        let of_returns = ["resolved_first_contact", "unresolved_first_contact", "first_contact_resolution_rate"];
        assert_eq!(ids(Metric::has_return_window), of_returns);
        assert_eq!(ids(Metric::is_promoter_score), ["nps"]);
    }

    #[test]
    fn named_metrics_exist() {
        let named = REPEATS.iter().flat_map(|(kept, repeat)| [*kept, *repeat]);
        let named = named.chain(ROWS_OF.iter().flat_map(|(whole, parts)| parts.iter().copied().chain([*whole])));
        for id in named.chain(ONCE_A_CONVERSATION).chain(NAMED_IN_SENTENCES) {
            assert!(find(id).is_some(), "{id}");
        }
    }
}
