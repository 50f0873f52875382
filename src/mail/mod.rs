//! Reports by mail. [`render::letter`](crate::render::letter) writes the text; here it becomes a message and is sent to a
//! server. A record of sent mails ensures that nobody gets a mail twice.
//!
//! No other part of the program uses the network.

#![cfg(feature = "mail")]

pub mod address;
pub mod deliver;
pub mod dialogue;
pub mod fresh;
pub mod message;
pub mod progress;
mod resolve;
pub mod secret;
pub mod server;
pub mod subject;
mod trust;
mod wire;
