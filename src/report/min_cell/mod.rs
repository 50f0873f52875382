//! `--min-cell`: hides numbers with few rows behind them, and numbers that would reveal them.
//!
//! A number is small if 1 to N − 1 rows are behind it. That applies to counts, means and percentiles, to shares and
//! both of their sides, and to the agents behind agents' time. Zeros are shown. `system` models what a reader can
//! compute from the report, and `search` finds it. `equations` has the quantities that the numbers reveal and the sums
//! between them: rows and totals, crossings and their sides, days and weeks, the parts of a partition, the two sides of
//! a share.

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
