//! The flags of `run` for its mail.

use clap::Args;

/// Whether the mail is sent, and to whom of those who have it or may have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Mail")]
pub struct MailFlags {
    /// Send the mail to all recipients, including those who already have it for this window
    #[arg(long, conflicts_with_all = ["no_mail", "resend", "received"])]
    pub again: bool,
    /// Send the mail again to recipients who may not have received it
    #[arg(long, conflicts_with = "no_mail")]
    pub resend: bool,
    /// Record that ADDRESS has received the mail, where this was unknown; repeatable
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_mail")]
    pub received: Vec<String>,
    /// Write the outputs, and send no mail
    #[arg(long)]
    pub no_mail: bool,
}

impl MailFlags {
    /// The name of a given flag that needs a mail, if any.
    #[must_use]
    pub fn that_needs_a_mail(&self) -> Option<&'static str> {
        let flags = [("again", self.again), ("resend", self.resend), ("received", !self.received.is_empty())];
        flags.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }
}
