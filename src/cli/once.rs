//! The content of files that flags name, read once. The guard over files, the checks and the run itself all need it, and a
//! pipe can be read only once.

use std::sync::OnceLock;

/// A value that is made at its first use and then kept. An error is not kept: it ends the run.
#[derive(Debug, Clone)]
pub struct Once<T>(OnceLock<T>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Once<T> {
    /// The value, which `make` makes the first time.
    ///
    /// # Errors
    ///
    /// Errors of `make`.
    pub fn get_or_make(&self, make: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<&T> {
        if let Some(value) = self.0.get() {
            return Ok(value);
        }
        let value = make()?;
        Ok(self.0.get_or_init(|| value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_value_is_made_once_and_an_error_each_time() {
        let once = Once::default();
        assert!(once.get_or_make(|| Err::<u8, _>(Failure::Usage.because("no"))).is_err());
        assert_eq!(once.get_or_make(|| Ok(1)).unwrap(), &1);
        assert_eq!(once.get_or_make(|| Ok(2)).unwrap(), &1);
    }
}
