//! Has polars prepare itself while the log is read: its threads, the memory that it fills with zeroes once, and the pages of
//! the program that a first query runs through. A report of a small log takes a fifth less time so
//! (decisions.md, read-13).

use polars::prelude::*;

/// Prepares beside whatever runs.
pub fn warm_up() {
    // Who cannot have one more thread does without.
    drop(std::thread::Builder::new().name("prepare".to_owned()).spawn(query));
}

/// A query of what a report asks for, over rows in two pieces.
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
