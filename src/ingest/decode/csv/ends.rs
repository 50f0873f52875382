//! Finds the ends of records, so that a file can be cut into parts.

use memchr::{memchr, memchr2, memrchr};

/// The ends of the records in some bytes. A record must begin at the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The index after the line end of the first complete record. A lone carriage return also ends it, because CSV
    /// readers treat it as an end and would drop the rest of the line.
    pub first: Option<usize>,
    /// The index after the newline of the last complete record.
    pub last: Option<usize>,
    /// Whether the bytes end inside a quoted field.
    pub is_quoted: bool,
}

/// Finds the ends of records. Newlines in quoted fields do not count.
#[must_use]
pub fn record_ends(bytes: &[u8], delimiters: &[u8]) -> Ends {
    let mut ends = Ends { first: None, last: None, is_quoted: false };
    let mut at = 0;
    loop {
        let plain = &bytes[at..];
        let quote = opening_quote(bytes, at, delimiters);
        let plain = &plain[..quote.map_or(plain.len(), |quote| quote - at)];
        if ends.first.is_none() {
            ends.first = memchr2(b'\n', b'\r', plain).map(|end| {
                let is_pair = plain[end] == b'\r' && plain.get(end + 1) == Some(&b'\n');
                at + end + 1 + usize::from(is_pair)
            });
        }
        ends.last = memrchr(b'\n', plain).map(|newline| at + newline + 1).or(ends.last);
        let Some(quote) = quote else {
            return ends;
        };
        match closing_quote(bytes, quote + 1) {
            Some(close) => at = close + 1,
            None => return Ends { is_quoted: true, ..ends },
        }
    }
}

/// The index of the next quote that is the first byte of a field.
fn opening_quote(bytes: &[u8], from: usize, delimiters: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        let begins_field = match quote.checked_sub(1).map(|before| bytes[before]) {
            None | Some(b'\n' | b'\r') => true,
            Some(byte) => delimiters.contains(&byte),
        };
        if begins_field {
            return Some(quote);
        }
        at = quote + 1;
    }
}

/// The index of the quote that ends a quoted field. A doubled quote is a quote in the text.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_record_ends_where_readers_end_it() {
        let first = |text: &str| record_ends(text.as_bytes(), b",").first;
        for (text, end) in [
            ("a,b\nc", Some(4)),
            ("a,b\r\nc", Some(5)),
            ("a,b\rc,d\r\ne", Some(4)),
            ("a,\"x\ry\"\rc", Some(8)),
            ("\"x\r\ny\",b\n", Some(9)),
            ("a,b", None),
        ] {
            assert_eq!(first(text), end, "{text:?}");
        }
    }
}
