//! Reports by mail. What is said in a letter is rendered below; here it becomes a message, finds its server, and what has
//! been sent is kept, so that nobody gets a mail twice.
//!
//! The only part of the program that uses the network.

#![cfg(feature = "mail")]

pub mod address;
pub mod deliver;
pub mod dialogue;
pub mod fresh;
pub mod message;
pub mod progress;
pub mod resolve;
pub mod secret;
pub mod server;
pub mod subject;
pub mod trust;
pub mod wire;
