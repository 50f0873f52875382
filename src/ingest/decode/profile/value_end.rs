//! Where a value of JSON ends: its brackets and quotes are looked at, and nothing else.

/// Finds the end of a value in bytes that come piece by piece.
#[derive(Default)]
pub struct Scanner {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    has_begun: bool,
}

impl Scanner {
    /// How many of the bytes belong to the value, and whether it ends with them.
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
                    // A bracket of what is around ends a bare word.
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

    /// The value may be over where the source is: it is a bare word.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        self.depth == 0 && !self.in_text && self.has_begun
    }
}
