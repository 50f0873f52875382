//! The description of a file: as plain values, as a profile, and as commands to run.

pub mod command;
pub mod describe;
pub mod inspection;
pub mod profile;
mod quality;
