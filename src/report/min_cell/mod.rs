//! `--min-cell`: numbers with few rows behind them are hidden, and numbers that would reveal them.
//!
//! A number is small where 1 to N − 1 rows are behind it: those of a count, of a mean or a percentile, of a share and of
//! both of its sides, and the agents of agents' time. Zeros are shown. What a reader can compute from the report is in
//! `system`, and found by `search`. `equations` has the quantities that the numbers reveal and the sums between them: rows and
//! totals, crossings and their sides, days and weeks, the parts of a partition, a share's two sides.

mod apply;
mod equations;
mod hours;
mod numbers;
mod quantities;
mod search;
mod sums;
mod system;
#[cfg(test)]
mod tests;

pub use self::apply::{WindowTotals, hide};
pub use self::equations::OnlineHours;
