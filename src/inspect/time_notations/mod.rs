//! The notations of instants in the values of a file.

pub mod notation;
mod shape;
pub mod zones;
