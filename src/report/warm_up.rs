//! Prepares polars while the log is read: its threads, the memory that it zeroes once, and the code pages of a first
//! query. This makes the report of a small log a fifth faster (decisions.md, read-13).

use polars::prelude::*;

/// Prepares polars in the background.
pub(crate) fn warm_up() {
    // If no thread can be started, nothing is prepared.
    drop(std::thread::Builder::new().name("prepare".to_owned()).spawn(query));
}

/// A query like those of a report, over rows in two chunks.
fn query() -> PolarsResult<DataFrame> {
    let mut rows = df!("n" => [0_i64, 1], "text" => ["a", "b"])?;
    rows.vstack_mut(&rows.clone())?;
    let key = (col("n") % lit(2)).alias("key");
    rows.lazy().filter(col("n").gt_eq(lit(0))).group_by([key]).agg([col("n").sum(), col("text").first()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polars_accepts_the_query() {
        assert_eq!(query().unwrap().shape(), (2, 3));
    }
}
