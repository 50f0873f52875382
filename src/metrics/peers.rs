//! Other platforms whose number of the same name differs. Each entry has a page of the maker as its source; differences
//! without such a page are left out.

/// Another platform's definition of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The metrics to which it corresponds.
    pub metrics: &'static [&'static str],
    /// The name of the platform, as its maker writes it.
    pub platform: &'static str,
    /// Its definition, and the difference.
    pub what: &'static str,
    /// Where the definition is published.
    pub source: &'static str,
}

const ZENDESK_DURATIONS: &str =
    "support.zendesk.com/hc/en-us/articles/4408834848154-About-native-Support-time-duration-metrics";
const INTERCOM_METRICS: &str = "intercom.com/help/en/articles/7022438-reporting-metrics-attributes";
const INTERCOM_API: &str =
    "developers.intercom.com/docs/references/2.15/rest-api/api.intercom.io/models/conversation_statistics";
const CONNECT_METRICS: &str = "docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html";

/// All known differences.
pub const ALL: &[Peer] = &[
    Peer {
        metrics: &["first_response_time"],
        platform: "Zendesk",
        what: "First reply time begins when the ticket is created, not with a customer's message; a ticket that an agent opened counts too, until the next public reply",
        source: ZENDESK_DURATIONS,
    },
    Peer {
        metrics: &["first_response_time"],
        platform: "Intercom",
        what: "counts on the day on which the conversation started, here on the day of the answer; its charts show the median unless another statistic is chosen",
        source: "intercom.com/help/en/articles/3653556-see-how-quickly-your-team-respond-to-and-close-conversations",
    },
    Peer {
        metrics: &["first_response_time", "response_time"],
        platform: "Intercom",
        what: "the statistics of its API leave out the time outside office hours; here the clock runs day and night, unless --opening-hours sets calendars",
        source: INTERCOM_API,
    },
    Peer {
        metrics: &["first_response_time", "response_time"],
        platform: "Chatwoot",
        what: "reports can be switched to business hours; here the clock runs day and night, unless --opening-hours sets calendars",
        source: "chatwoot.com/hc/user-guide/articles/1777328138-lesson-6-reports-and-metrics",
    },
    Peer {
        metrics: &["conversation_time", "agent_time"],
        platform: "Zendesk",
        what: "First resolution time ends when the ticket is first solved; here the close counts that the conversation has now, reopenings included",
        source: ZENDESK_DURATIONS,
    },
    Peer {
        metrics: &["first_contact_resolution_rate", "resolved_first_contact"],
        platform: "Intercom",
        what: "Closed on first contact means closed once, with one teammate who took part, on the day on which the conversation started; whether the customer came back is not asked",
        source: INTERCOM_METRICS,
    },
    Peer {
        metrics: &["first_contact_resolution_rate", "resolved_first_contact"],
        platform: "Zendesk",
        what: "One-touch tickets are solved or closed ones with fewer than two agent replies, also without any",
        source: "support.zendesk.com/hc/en-us/articles/4408820618266-How-are-one-touch-resolutions-calculated",
    },
    Peer {
        metrics: &["service_level"],
        platform: "Amazon Connect",
        what: "divides by all contacts that were queued; here by those answered or abandoned",
        source: "docs.aws.amazon.com/connect/latest/adminguide/metrics-definitions.html",
    },
    Peer {
        metrics: &["service_level"],
        platform: "Wazo",
        what: "the quality of service of a queue divides by the answered calls only; here customers who left without an answer count against it",
        source: "github.com/wazo-platform/wazo-call-logd",
    },
    Peer {
        metrics: &["abandoned", "abandonment_rate"],
        platform: "Amazon Connect",
        what: "a contact that the customer disconnected while it was queued; one queued for a callback does not count. Here also one that the bot or the system closed before an agent wrote",
        source: CONNECT_METRICS,
    },
];

/// The platforms whose definition of that metric differs.
pub fn of_metric(metric: &str) -> impl Iterator<Item = &'static Peer> {
    ALL.iter().filter(move |peer| peer.metrics.contains(&metric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find;

    #[test]
    fn each_difference_has_a_metric_and_a_source() {
        for peer in ALL {
            assert!(peer.metrics.iter().all(|id| find(id).is_some()), "{peer:?}");
            assert!(peer.source.contains('.') && peer.source.contains('/'), "{peer:?}");
        }
        assert_eq!(of_metric("abandoned").count(), 1);
    }
}
