//! The metrics of agents' time as SQL, for `DuckDB`: what [`super::formula`] cannot make of an expression.

use super::measure::Times;

/// Cut spans of stints; of those that overlap, `seen` is how far the agent's earlier ones reach. From `greatest(a, seen)` to
/// `b` is time that no earlier stint covers.
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

/// The query of a metric; `$horizon` is the last instant that is seen, where open spans end. It does not know of agents
/// without any status, for whom there is no data.
pub(super) const fn query(of: Times) -> &'static str {
    match of {
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
