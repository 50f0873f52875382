//! Lays out JSON while it is written: compact JSON goes in byte by byte, JSON indented by two spaces comes out. A list
//! or object without further lists or objects is on one line. No more than one such line is held in memory, so a report
//! may be larger than memory.

use std::io::{self, Write};

use crate::harmless::in_json;

/// Maximum length of a line, except for a long text or a list of numbers, such as a heatmap's row.
const LINE: usize = 160;

/// A writer that accepts one value as compact JSON and lays it out.
pub(super) struct CompactWriter<W> {
    out: W,
    /// The indentation of the value.
    indent: usize,
    /// The open lists and objects that span several lines: the closing bracket of each, and its number of written
    /// members.
    open: Vec<(u8, usize)>,
    /// The innermost list or object, while it may still fit on one line.
    innermost: Option<Innermost>,
    /// The current member: its key, and its value if that is neither list nor object.
    member: Vec<u8>,
    is_in_text: bool,
    is_escaped: bool,
}

/// A list or object that has contained no other so far.
struct Innermost {
    brackets: [u8; 2],
    /// Its members, concatenated.
    text: Vec<u8>,
    /// The end of each member.
    ends: Vec<usize>,
}

impl Innermost {
    fn members(&self) -> impl Iterator<Item = &[u8]> {
        let begins = [0].into_iter().chain(self.ends.iter().copied());
        begins.zip(&self.ends).filter_map(|(begin, end)| self.text.get(begin..*end))
    }

    fn push(&mut self, member: &mut Vec<u8>) {
        if !member.is_empty() {
            self.text.append(member);
            self.ends.push(self.text.len());
        }
    }

    /// `{"a": 1, "b": null}`, unless that is too long.
    fn one_line(&self, indent: usize) -> Option<Vec<u8>> {
        let is_number = |member: &[u8]| member.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        let line =
            [&self.brackets[..1], &self.members().collect::<Vec<_>>().join(&b", "[..]), &self.brackets[1..]].concat();
        // Counts the first byte of each character.
        let characters = line.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let is_numbers = self.brackets[0] == b'[' && self.members().all(is_number);
        (is_numbers || indent + characters <= LINE).then_some(line)
    }
}

impl<W: Write> CompactWriter<W> {
    /// A writer for a value indented by `indent` columns.
    pub(super) fn new(out: W, indent: usize) -> Self {
        Self {
            out,
            indent,
            open: Vec::new(),
            innermost: None,
            member: Vec::new(),
            is_in_text: false,
            is_escaped: false,
        }
    }

    /// Ends the value and returns the underlying writer.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.member)?;
        Ok(self.out)
    }

    fn take(&mut self, byte: u8) -> io::Result<()> {
        if self.is_in_text {
            self.is_in_text = self.is_escaped || byte != b'"';
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.member.push(byte);
            return Ok(());
        }
        match byte {
            b'{' => self.begin([b'{', b'}']),
            b'[' => self.begin([b'[', b']']),
            b'}' | b']' => self.end(),
            b',' => self.next(),
            b':' => {
                self.member.extend_from_slice(b": ");
                Ok(())
            }
            _ => {
                self.is_in_text = byte == b'"';
                self.member.push(byte);
                Ok(())
            }
        }
    }

    /// The indentation of members in the innermost open list or object.
    fn inner(&self) -> usize {
        self.indent + 2 * self.open.len()
    }

    fn begin(&mut self, brackets: [u8; 2]) -> io::Result<()> {
        if let Some(innermost) = self.innermost.take() {
            self.break_up(&innermost)?;
        }
        if self.open.is_empty() {
            self.out.write_all(&self.member)?;
        } else {
            self.line()?;
        }
        self.member.clear();
        self.innermost = Some(Innermost { brackets, text: Vec::new(), ends: Vec::new() });
        Ok(())
    }

    fn next(&mut self) -> io::Result<()> {
        match &mut self.innermost {
            Some(innermost) => innermost.push(&mut self.member),
            None => self.scalar()?,
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(mut innermost) = self.innermost.take() {
            innermost.push(&mut self.member);
            if let Some(line) = innermost.one_line(self.inner()) {
                return self.out.write_all(&line);
            }
            self.break_up(&innermost)?;
        } else {
            self.scalar()?;
        }
        let Some((bracket, _)) = self.open.pop() else { return Ok(()) };
        self.out.write_all(b"\n")?;
        self.spaces(self.inner())?;
        self.out.write_all(&[bracket])
    }

    /// Puts a list or object on several lines, with its members so far.
    fn break_up(&mut self, innermost: &Innermost) -> io::Result<()> {
        self.out.write_all(&innermost.brackets[..1])?;
        self.open.push((innermost.brackets[1], 0));
        let coming = std::mem::take(&mut self.member);
        for member in innermost.members() {
            self.member = member.to_vec();
            self.scalar()?;
        }
        self.member = coming;
        Ok(())
    }

    /// Writes the current member unless it is a list or object, which is written already.
    fn scalar(&mut self) -> io::Result<()> {
        if !self.member.is_empty() {
            self.line()?;
            self.member.clear();
        }
        Ok(())
    }

    /// Begins a line with the current member.
    fn line(&mut self) -> io::Result<()> {
        let indent = self.inner();
        if let Some((_, members)) = self.open.last_mut() {
            self.out.write_all(if *members == 0 { b"\n" } else { b",\n" })?;
            *members += 1;
        }
        self.spaces(indent)?;
        self.out.write_all(&self.member)
    }

    fn spaces(&mut self, count: usize) -> io::Result<()> {
        (0..count).try_for_each(|_| self.out.write_all(b" "))
    }
}

impl<W: Write> Write for CompactWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A piece is text: serde writes no part of a character.
        let harmless = std::str::from_utf8(bytes).map(in_json).map_err(io::Error::other)?;
        harmless.bytes().try_for_each(|byte| self.take(byte))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn laid_out(value: &Value, indent: usize) -> String {
        let mut layout = CompactWriter::new(Vec::new(), indent);
        serde_json::to_writer(&mut layout, value).expect("in memory");
        String::from_utf8(layout.finish().expect("in memory")).expect("text")
    }

    /// The same rule, applied to the whole value in memory.
    fn naive(value: &Value, indent: usize) -> String {
        let (brackets, members): ([&str; 2], Vec<(String, &Value)>) = match value {
            Value::Array(items) => (["[", "]"], items.iter().map(|item| (String::new(), item)).collect()),
            Value::Object(members) => {
                (["{", "}"], members.iter().map(|(key, value)| (format!("{}: ", json!(key)), value)).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return value.to_string(),
        };
        if members.iter().all(|(_, member)| !member.is_array() && !member.is_object()) {
            let texts: Vec<String> = members.iter().map(|(key, value)| format!("{key}{value}")).collect();
            let line = format!("{}{}{}", brackets[0], texts.join(", "), brackets[1]);
            let is_numbers = value.is_array() && members.iter().all(|(_, member)| member.is_number());
            if is_numbers || indent + line.chars().count() <= LINE {
                return line;
            }
        }
        let inner = " ".repeat(indent + 2);
        let lines: Vec<String> =
            members.iter().map(|(key, value)| format!("{inner}{key}{}", naive(value, indent + 2))).collect();
        format!("{}\n{}\n{}{}", brackets[0], lines.join(",\n"), " ".repeat(indent), brackets[1])
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|flag| json!(flag)),
            any::<i64>().prop_map(|number| json!(number)),
            (-1e9..1e9).prop_map(|number: f64| json!(number)),
            "[a\"\\\\{}\\[\\],:é\n]{0,60}".prop_map(|text| json!(text)),
        ];
        scalar.prop_recursive(5, 60, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
                prop::collection::vec(("[a\"\\\\{:,]{0,5}", inner), 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_layout_follows_the_rule(value in any_value(), indent in 0_usize..6) {
            prop_assert_eq!(laid_out(&value, indent), naive(&value, indent));
        }
    }

    #[test]
    fn innermost_values_are_one_line() {
        let numbers: Vec<u32> = (0..100).collect();
        let long = "x".repeat(LINE);
        let value = json!({"a": {"b": 1, "c": null}, "d": [], "e": {}, "f": [[1], "g"], "h": numbers, "i": [long]});
        let line = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let expected = format!(
            "{{\n  \"a\": {{\"b\": 1, \"c\": null}},\n  \"d\": [],\n  \"e\": {{}},\n  \"f\": [\n    [1],\n    \"g\"\n  ],\n  \"h\": [{line}],\n  \
             \"i\": [\n    \"{long}\"\n  ]\n}}"
        );
        assert_eq!(laid_out(&value, 0), expected);
        assert_eq!(laid_out(&json!("text"), 4), "\"text\"");
    }
}
