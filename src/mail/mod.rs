//! Reports by mail. The letter is rendered below; here it becomes a message and is sent to a server, and a record of
//! sent mails ensures that nobody gets a mail twice.
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
