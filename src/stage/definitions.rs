//! The definitions of numbers, as a hash: all stages of a plan must have the same.

use sha2::{Digest, Sha256};

use super::columns::{EVENTS_SCHEMA, FACTS_SCHEMA, VALUES_SCHEMA, of_events};
use crate::fold::schema::FactTable;
use crate::metrics;
use crate::time::database_version;

/// A hash of everything that determines the meaning of numbers.
#[must_use]
pub fn definitions() -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text);
        hash.update([0]);
    };
    [
        env!("CARGO_PKG_VERSION"),
        database_version(),
        EVENTS_SCHEMA,
        FACTS_SCHEMA,
        VALUES_SCHEMA,
        crate::fold::schema::SCHEMA,
    ]
    .into_iter()
    .for_each(&mut add);
    for metric in metrics::all() {
        let (table, clock) = (metric.table.name(), metric.clock.name());
        add(&format!("{} {} {table} {clock} {}", metric.id, metric.revision, metric.doc));
    }
    for table in FactTable::ALL {
        add(table.name());
        table.columns().iter().for_each(|column| add(&format!("{} {:?} {}", column.name, column.holds, column.doc)));
    }
    for column in of_events() {
        add(&format!("{} {}", column.name, column.arrow));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
