//! SQL queries for the metrics of agents' time, for `DuckDB`: [`super::formula`] cannot derive these from an
//! expression.

use super::measure::Times;

/// Spans of stints, limited to the window. If an agent's stints overlap, `seen` is the latest end of the earlier ones:
/// the time from `greatest(a, seen)` to `b` is not covered by any earlier stint.
macro_rules! stints {
    () => {
        "WITH cut AS (SELECT coalesce(agent, '(none)') AS agent, greatest(began_at, $from) AS a, \
         least(coalesce(ended_at, $horizon), $to) AS b FROM 'facts/stints.parquet'), \
         stints AS (SELECT *, coalesce(max(b) OVER (PARTITION BY agent ORDER BY a, b ROWS BETWEEN UNBOUNDED PRECEDING AND \
         1 PRECEDING), a) AS seen FROM cut WHERE a < b), \
         attended AS (SELECT agent, greatest(a, seen) AS a, b FROM stints WHERE b > seen)"
    };
}

macro_rules! status {
    ($status:literal) => {
        concat!(
            "SELECT agent, greatest(since, $from) AS a, least(coalesce(until, $horizon), $to) AS b \
             FROM 'facts/agent_states.parquet' WHERE status = '",
            $status,
            "' AND since < $to AND coalesce(until, $horizon) > $from"
        )
    };
}

macro_rules! of_status {
    ($status:literal) => {
        concat!(
            "SELECT coalesce(sum(epoch_ms(b) - epoch_ms(a)), 0) / 1000 AS value, count(DISTINCT agent) AS n FROM (",
            status!($status),
            ")"
        )
    };
}

/// The query of a metric; `$horizon` is the last instant that counts, at which open spans end. It leaves out agents
/// without any status, for whom there are no data.
pub(super) const fn query(times: Times) -> &'static str {
    match times {
        Times::Online => of_status!("online"),
        Times::Paused => of_status!("paused"),
        Times::Handling => {
            "SELECT coalesce(sum(epoch_ms(b) - epoch_ms(a)), 0) / 1000 AS value, \
             count(DISTINCT coalesce(agent, '(none)')) AS n FROM (SELECT agent, greatest(began_at, $from) AS a, \
             least(coalesce(ended_at, $horizon), $to) AS b FROM 'facts/stints.parquet') WHERE a < b"
        }
        Times::Attended => concat!(
            stints!(),
            " SELECT coalesce(sum(epoch_ms(b) - epoch_ms(a)), 0) / 1000 AS value, count(DISTINCT agent) AS n FROM attended"
        ),
        Times::Concurrency => concat!(
            stints!(),
            " SELECT (SELECT sum(epoch_ms(b) - epoch_ms(a)) FROM stints) / sum(epoch_ms(b) - epoch_ms(a)) AS value, \
             count(DISTINCT agent) AS n FROM attended"
        ),
        Times::Occupancy => concat!(
            stints!(),
            ", online AS (",
            status!("online"),
            ") SELECT coalesce((SELECT sum(epoch_ms(least(o.b, s.b)) - epoch_ms(greatest(o.a, s.a))) FROM online o \
             JOIN attended s USING (agent) WHERE o.a < s.b AND s.a < o.b), 0) / sum(epoch_ms(b) - epoch_ms(a)) AS value, \
             count(DISTINCT agent) AS n FROM online"
        ),
    }
}
