//! How the values of a file say when something happened, or how long it took.

pub mod instants;
pub mod time_format;
mod time_shape;
