//! How the values of a file say when something happened.

pub mod notation;
mod shape;
pub mod zones;
