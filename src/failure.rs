//! The kinds of failure and their exit codes (interface.md). The kind is part of the error chain.

use std::fmt;

/// The kinds of failure with their own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A check failed: a number is out of tolerance, or two reports differ.
    Found,
    /// Wrong usage: a flag, zone, date or template.
    Usage,
    /// No event in the window.
    EmptyWindow,
    /// More rejected rows than allowed.
    TooManyRejects,
    /// An input cannot be read, or an output cannot be written.
    Input,
    /// An identity does not hold: a bug.
    Identity,
    /// Stopped by SIGINT.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
}

impl Failure {
    /// Every failure, in the order of their exit codes.
    pub const ALL: &'static [Self] = &[
        Self::Found,
        Self::Usage,
        Self::EmptyWindow,
        Self::TooManyRejects,
        Self::Input,
        Self::Identity,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// The code with which the process ends.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Found => 1,
            Self::Usage => 2,
            Self::EmptyWindow => 3,
            Self::TooManyRejects => 4,
            Self::Input => 5,
            Self::Identity => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// An error of this kind with a message.
    #[must_use]
    pub fn because(self, message: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Because { failure: self, message: message.into(), flag: None })
    }

    /// The same error, marked as one about the value of a flag (its long name, without dashes). A message that begins
    /// with the flag needs no mark.
    #[must_use]
    pub fn about(flag: &'static str, error: anyhow::Error) -> anyhow::Error {
        match error.downcast::<Because>() {
            Ok(because) => anyhow::Error::new(Because { flag: Some(flag), ..because }),
            Err(other) => other,
        }
    }

    /// The flag of an error that [`Failure::about`] has marked.
    #[must_use]
    pub(crate) fn flag_of(error: &anyhow::Error) -> Option<&'static str> {
        error.downcast_ref::<Because>().and_then(|because| because.flag)
    }

    /// The kind of an error, anywhere in its chain.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Option<Self> {
        error.chain().find_map(|cause| cause.downcast_ref::<Because>()).map(|because| because.failure)
    }
}

/// An error for an identity that does not hold, which is a bug of the program. No output is written.
#[must_use]
pub(crate) fn broken_identity(what: &str) -> anyhow::Error {
    Failure::Identity
        .because(format!("an identity does not hold: {what}; nothing was written. This is a bug: please report it"))
}

#[derive(Debug)]
struct Because {
    failure: Failure,
    message: String,
    flag: Option<&'static str>,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Because {}

/// An error of a reader with a complete message: what is wrong with the source, and what to do.
#[derive(Debug)]
pub(crate) struct ExplainedError(String);

impl ExplainedError {
    /// Such an error as an input error.
    #[must_use]
    pub fn error(message: &str) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::InvalidData, Self(message.to_owned()))
    }
}

impl fmt::Display for ExplainedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExplainedError {}

/// The error for an input that cannot be read, with the reason in words.
#[must_use]
pub(crate) fn input_error(location: &str, error: &std::io::Error) -> anyhow::Error {
    use std::io::ErrorKind;
    if let Some(explained) = error.get_ref().and_then(|inner| inner.downcast_ref::<ExplainedError>()) {
        return Failure::Input.because(format!("{location}: {explained}"));
    }
    let message = match error.kind() {
        ErrorKind::NotFound => format!("{location}: no such file"),
        ErrorKind::PermissionDenied => format!("{location}: may not be read"),
        ErrorKind::UnexpectedEof => {
            format!("{location}: ends in the middle of its compressed data: fetch or copy the file again")
        }
        // Errors of our own readers: a header or a row that no log has.
        ErrorKind::Unsupported => {
            format!("{location}: {error}: `dialogram inspect {location}` describes it and proposes a mapping")
        }
        ErrorKind::FileTooLarge => format!("{location}: {error}"),
        // Errors of decompressors have no error number of the system.
        _ if error.raw_os_error().is_none() => {
            format!("{location}: is not a valid compressed file ({error}): fetch or copy it again")
        }
        _ => format!("{location}: cannot be read: {error}"),
    };
    Failure::Input.because(message)
}
