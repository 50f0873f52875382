//! `--min-cell`: numbers with few rows behind them are hidden, and with them what would give them away.
//!
//! A number is small where 1 to N − 1 rows are behind it: those of a count, of a mean or a percentile, of a share and of
//! both of its sides, and the agents of agents' time. Zeros are shown. What a reader can compute from the report is in
//! `system`, and found by `search`; `reading` says which numbers tell which quantities, and which sums hold between them:
//! rows and totals, crossings and their sides, days and weeks, the parts of a partition, a share's two sides.

mod apply;
mod quantities;
mod reading;
mod search;
mod system;
#[cfg(test)]
mod tests;

pub use self::apply::{WindowTotals, hide};
pub use self::reading::OnlineHours;
