//! `--memory`: how much memory a run may use before it writes temporary files.

use std::str::FromStr;

use bytesize::ByteSize;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// The assumed memory of a machine that does not report it.
const UNKNOWN: u64 = 4 << 30;
/// The smallest limit: the parts that are being read need this much.
const LEAST: u64 = 64 << 20;

/// The value of `--memory`, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(u64);

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size: ByteSize = text.parse().map_err(|error| format!("{error}; expected a size such as 800MB or 2GiB"))?;
        if size.as_u64() < LEAST {
            return Err(format!("at least {} are needed", ByteSize(LEAST)));
        }
        Ok(Self(size.as_u64()))
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", ByteSize(self.0))
    }
}

impl Memory {
    /// Whether this number of bytes exceeds the limit.
    #[must_use]
    pub const fn is_exceeded(self, bytes: u64) -> bool {
        bytes > self.0
    }

    /// The smallest limit.
    #[must_use]
    pub const fn least() -> Self {
        Self(LEAST)
    }

    /// Half of the memory that this process may use.
    #[must_use]
    pub fn half_of_machine() -> Self {
        let kind = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(kind);
        let limit = system.cgroup_limits().map(|limits| limits.total_memory);
        let total = limit.into_iter().chain([system.total_memory()]).filter(|bytes| *bytes > 0).min();
        Self(total.unwrap_or(UNKNOWN) / 2)
    }

    /// The half for events; the other half is for everything made from them.
    #[must_use]
    pub fn for_events(self) -> usize {
        usize::try_from(self.0 / 2).unwrap_or(usize::MAX)
    }

    /// The quarter for facts; queries and ids need the rest.
    #[must_use]
    pub fn for_facts(self) -> usize {
        self.for_events() / 2
    }

    /// How many threads may fold at once if each takes this many bytes.
    #[must_use]
    pub fn threads(self, wanted: usize, bytes_each: usize) -> usize {
        wanted.min(self.for_events() / bytes_each.max(1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!("2GiB".parse(), Ok(Memory(2 << 30)));
        assert_eq!("800MB".parse(), Ok(Memory(800_000_000)));
        assert!("1kB".parse::<Memory>().is_err_and(|error| error.contains("at least 64.0 MiB")));
        assert!("much".parse::<Memory>().is_err_and(|error| error.contains("such as 800MB")));
    }

    #[test]
    fn fewer_threads_where_each_takes_much() {
        let memory = Memory(1 << 30);
        assert_eq!((memory.threads(8, 1), memory.threads(8, 200 << 20), memory.threads(8, 1 << 30)), (8, 2, 1));
    }

    #[test]
    fn the_machine_has_some() {
        assert!(Memory::half_of_machine().0 >= LEAST);
    }
}
