//! Finds returning customers among conversations that were folded by different processes.

use std::collections::HashMap;

use polars::prelude::*;

use crate::fold::agents::{Contact, returns};

/// Marks the conversations whose customer returned. The conversations of a customer may have been folded by different
/// processes; here all of them must be present.
///
/// # Errors
///
/// If the frame lacks a column, which is a bug.
pub fn mark_returns(conversations: &mut DataFrame, return_window_ms: i64) -> anyhow::Result<()> {
    let customers = conversations.column("customer")?.str()?;
    let starts = conversations.column("started_at")?.i64()?;
    let closes = conversations.column("first_closed_at")?.i64()?;
    let messages = conversations.column("agent_messages")?.i64()?;
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut contacts = Vec::with_capacity(conversations.height());
    for at in 0..conversations.height() {
        let customer = match customers.get(at) {
            None => None,
            Some(customer) => {
                let next = u32::try_from(numbers.len())?;
                Some(*numbers.entry(customer).or_insert(next))
            }
        };
        let has_agent = messages.get(at).is_some_and(|messages| messages > 0);
        contacts.push(Contact::new(customer, starts.get(at).unwrap_or_default(), closes.get(at), has_agent));
    }
    let marks: BooleanChunked = returns(contacts.iter(), return_window_ms).into_iter().collect();
    conversations.replace("is_returned", marks.with_name("is_returned".into()).into_column())?;
    Ok(())
}
