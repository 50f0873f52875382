//! Finds the end of a JSON value by its brackets and quotes only.

/// Finds the end of a value in bytes that arrive in pieces.
#[derive(Default)]
pub struct Scanner {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    has_begun: bool,
}

impl Scanner {
    /// The number of bytes that belong to the value, and whether the value ends with them.
    pub fn pass(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.in_text = false;
                        if self.depth == 0 {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth <= 1 => {
                    // A bracket of an enclosing value ends a bare word.
                    let own = usize::from(self.depth == 1);
                    return (at + own, true);
                }
                b'}' | b']' => self.depth -= 1,
                // A record that begins with a colon must not stop the reader.
                b',' | b':' if self.depth == 0 && self.has_begun => return (at, true),
                byte if byte.is_ascii_whitespace() && self.depth == 0 && self.has_begun => return (at, true),
                _ => {}
            }
            self.has_begun = true;
        }
        (bytes.len(), false)
    }

    /// Whether the value may end where the source ends: it is a bare word.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        self.depth == 0 && !self.in_text && self.has_begun
    }
}
