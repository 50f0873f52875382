//! Decoders of bytes that may be anything, whose own checks are not complete (decisions.md, read-14).

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// This thread decodes bytes that may be anything.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what decodes bytes that may be anything: the decoder's own checks are not complete, and past them it panics. That
/// is the file's fault, so it is an error of this file, without the words of a panic.
///
/// # Errors
///
/// Errors of `decode`, and one where it panics.
pub fn guarded<T>(decode: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                others(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    IS_GUARDED.set(false);
    result.unwrap_or_else(|_| Err(anyhow::anyhow!("its bytes make no sense")))
}
