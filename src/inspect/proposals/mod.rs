//! Proposes how the columns of a file could become events.

mod actors;
pub mod assumption;
mod attributes;
mod authors;
mod calls;
mod cases;
mod closers;
mod directions;
mod finish;
mod grain;
mod identity;
pub mod instants;
mod leftover;
mod likeness;
mod log;
pub mod machines;
mod moments;
mod notes;
pub mod proposal;
mod propose;
mod requester;
mod roles;
mod rules;
mod scores;
mod shapes;
mod sides;
mod spans;
mod states;
pub mod tag_columns;
mod tickets;
mod unit_names;
mod units;

pub use self::attributes::is_dimension;
pub use self::finish::local_time_note;
pub use self::log::is_log;
pub use self::propose::propose;
