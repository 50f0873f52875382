//! Guards decoders of untrusted bytes, whose own checks are incomplete (decisions.md, read-14).

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread is decoding untrusted bytes.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder of untrusted bytes. The decoder's own checks are incomplete, so it may panic. As the file is at
/// fault, a panic becomes an error about this file, without the text of the panic.
///
/// # Errors
///
/// Errors of `decode`, and one if it panics.
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
