//! Finds the layout of a CSV file by its first records: the delimiter, the header, and the lines above it.

use crate::ingest::csv::{any_delimiter, header_below, record_ends, record_reader};
use crate::inspect::time_notations::notation::{DOTTED, TimeNotation, notations_of};
use crate::inspect::words::Name;
use crate::language::{Argument, Message};
use crate::shown::{are_names, is_name};

/// The layout of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvDialect {
    /// The delimiter of fields.
    pub delimiter: u8,
    /// The number of lines above the header, or above the first record if there is no header.
    pub lines_above: u32,
    /// The names of the columns; `None` if the first record is a row.
    pub header: Option<Vec<String>>,
    /// The number of columns.
    pub columns: usize,
    /// The columns with instants in nearly all of the first rows.
    pub instants: Vec<usize>,
    /// Whether lines end in carriage return and line feed.
    pub is_crlf: bool,
    /// Whether it is a chat saved as text, whose lines begin with an instant and a name.
    pub is_chat: bool,
    /// A line of names above the rows that does not match them.
    pub misfit: Option<Message>,
    /// The names above rows that end with one more delimiter than their header; there is no `header` then.
    pub names_above: Option<Vec<String>>,
    /// The names of groups above the header, one for each column; empty if there are none.
    pub groups: Vec<String>,
}

/// The most columns of a table; a file with more is of another kind.
const MOST_COLUMNS: usize = 1 << 12;
/// The number of records examined.
const LOOKED_AT: usize = 200;

/// The layout of a file with these first bytes, which end with a record or with the file.
#[must_use]
pub fn dialect_of(start: &[u8]) -> CsvDialect {
    let mark = if start.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let bytes = &start[mark..];
    let is_crlf = memchr::memchr(b'\n', bytes).is_some_and(|at| at > 0 && bytes[at - 1] == b'\r');
    let canonical = header_below(bytes).map(|(from, _)| from);
    let (mut best, mut best_rank) = (None, None);
    for delimiter in any_delimiter() {
        let records = records(bytes, *delimiter);
        let usual = usual_width(&records);
        let agree = records.iter().filter(|record| record.fields.len() == usual).count();
        // More columns are better only if records agree on their number.
        let rank = (usual > 1, agree * 100 / records.len().max(1) / 10, usual);
        if best_rank.is_none_or(|best| rank > best) {
            (best, best_rank) = (Some((*delimiter, records, usual)), Some(rank));
        }
    }
    let (delimiter, records, usual) =
        best.filter(|(.., usual)| *usual <= MOST_COLUMNS).unwrap_or((b',', Vec::new(), 0));
    let header = records.iter().position(|record| match canonical {
        Some(from) => record.start >= from,
        None => is_row_of_table(record, usual),
    });
    // Of two lines of names, the second has more names: the first names groups of columns.
    let below_groups = header.filter(|at| match (canonical, &records[*at..]) {
        (None, [first, second, ..]) => are_groups(first, second, usual),
        _ => false,
    });
    let groups = below_groups.map(|at| groups_of(&records[at])).unwrap_or_default();
    let header = below_groups.map(|at| at + 1).or(header);
    let first = header.and_then(|at| records.get(at));
    let behind = header.map_or(&[][..], |at| &records[at + 1..]);
    let below = behind.first().map_or(&[][..], |record| &bytes[record.start..]);
    // A sentence with commas is not a header.
    let are_names = |record: &&RecordLine| are_names(record.fields.iter().map(String::as_str), below);
    let are_known = |record: &&RecordLine| canonical.is_some() || are_known(&record.fields, behind);
    let names = first
        .filter(|record| is_header(&record.fields) || are_questions(&record.fields, behind))
        .filter(are_names)
        .filter(are_known);
    let from = first.map_or(0, |record| record.start);
    let names_above = header.filter(|_| names.is_none()).and_then(|at| names_above(&records, at, usual));
    CsvDialect {
        groups: if names.is_some() { groups } else { Vec::new() },
        delimiter,
        lines_above: crate::ingest::count_lines(&bytes[..from]),
        header: names.map(|record| record.fields.clone()),
        columns: first.map_or(0, |record| record.fields.len()),
        instants: instants(&records, header.map_or(0, |at| at + 1), usual),
        is_crlf,
        is_chat: is_chat_of(&records),
        misfit: header
            .filter(|_| names.is_none() && names_above.is_none())
            .and_then(|at| misfit(bytes, &records, at, usual)),
        names_above,
    }
}

/// The columns with instants in nearly all of the rows from `first` on.
fn instants(records: &[RecordLine], first: usize, usual: usize) -> Vec<usize> {
    let rows: Vec<&RecordLine> = records.iter().skip(first).filter(|record| record.fields.len() == usual).collect();
    let is_instant =
        |record: &&&RecordLine, at: usize| notations_of(&record.fields[at]).iter().any(TimeNotation::is_instant);
    let count = |at: usize| rows.iter().filter(|record| is_instant(record, at)).count();
    (0..usual).filter(|at| !rows.is_empty() && count(*at) * 10 >= rows.len() * 9).collect()
}

/// The names directly above rows that end with one more delimiter: the last field of each row is empty.
fn names_above(records: &[RecordLine], first: usize, usual: usize) -> Option<Vec<String>> {
    let above = &records.get(first.checked_sub(1)?)?.fields;
    let is_one_more =
        |record: &RecordLine| record.fields.len() != usual || record.fields.last().is_some_and(String::is_empty);
    let are_names = is_header(above) && above.iter().all(|field| !field.is_empty());
    (above.len() > 1 && above.len() + 1 == usual && are_names && records[first..].iter().all(is_one_more))
        .then(|| above.clone())
}

/// The group of each column: a cell that was merged over several columns has its name only in the first.
fn groups_of(record: &RecordLine) -> Vec<String> {
    let mut group = String::new();
    let mut groups = Vec::new();
    for field in &record.fields {
        if !field.is_empty() {
            group.clone_from(field);
        }
        groups.push(group.clone());
    }
    groups
}

/// A line of names directly above the first row that has another number of fields, or another delimiter.
fn misfit(bytes: &[u8], records: &[RecordLine], first: usize, usual: usize) -> Option<Message> {
    let above = records.get(first.checked_sub(1)?)?;
    let line = crate::ingest::count_lines(&bytes[..above.start]) + 1;
    let field = match &above.fields[..] {
        [field] => field,
        fields if is_header(fields) && fields.iter().all(|field| !field.is_empty()) => {
            let misfit = Message::new("proposal.misfit_width").with("line", line.to_string());
            return Some(misfit.with("names", fields.len() as u64).with("fields", usual as u64));
        }
        _ => return None,
    };
    let other = any_delimiter().iter().map(|byte| char::from(*byte)).find(|delimiter| field.contains(*delimiter))?;
    let names: Vec<String> = field.split(other).map(str::to_owned).collect();
    let are_names = is_header(&names) && names.iter().all(|name| !name.is_empty());
    let sign: Argument = if other == '\t' { Message::new("inspect.tabs").into() } else { format!("`{other}`").into() };
    let misfit = || Message::new("proposal.misfit_delimiter").with("line", line.to_string()).with("sign", sign);
    are_names.then(|| misfit().with("names", names.len() as u64))
}

/// A record and its position.
struct RecordLine {
    start: usize,
    fields: Vec<String>,
}

fn records(bytes: &[u8], delimiter: u8) -> Vec<RecordLine> {
    let mut records = Vec::new();
    let mut start = 0;
    while start < bytes.len() && records.len() < LOOKED_AT {
        // Empty lines are not records; there may be a million of them.
        if matches!(bytes[start], b'\n' | b'\r') {
            start += 1;
            continue;
        }
        let end = record_ends(&bytes[start..], &[delimiter]).first.map_or(bytes.len(), |end| start + end);
        let mut record = csv::ByteRecord::new();
        // Reading from memory cannot fail.
        let is_one = record_reader(&bytes[start..end], delimiter).read_byte_record(&mut record).unwrap_or(false);
        if is_one {
            let fields = record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
            records.push(RecordLine { start, fields });
        }
        start = end;
    }
    records
}

/// The number of fields that most records have; if several are equally frequent, the largest.
fn usual_width(records: &[RecordLine]) -> usize {
    let count = |width: usize| records.iter().filter(|record| record.fields.len() == width).count();
    // Titles and notes around a small table may have more lines than the table.
    let mut tables = records.iter().map(|record| record.fields.len()).filter(|width| *width > 1);
    if let Some(width) = tables.next()
        && tables.all(|other| other == width)
        && count(width) > 1
        && count(width) * 4 >= records.len()
    {
        return width;
    }
    records.iter().map(|record| record.fields.len()).max_by_key(|width| (count(*width), *width)).unwrap_or(0)
}

/// A title in a sheet has as many fields as the table, but only one value.
fn is_row_of_table(record: &RecordLine, usual: usize) -> bool {
    let filled = record.fields.iter().filter(|field| !field.is_empty()).count();
    record.fields.len() == usual && (usual < 3 || filled * 2 >= usual)
}

/// Whether fields are names: names are words, but a row has a number or an instant somewhere.
fn is_header(fields: &[String]) -> bool {
    let is_data = |field: &String| {
        let number = field.replace([',', ' '], "");
        !field.is_empty()
            && (number.parse::<f64>().is_ok()
                || !notations_of(field).is_empty()
                || begins_with_instant(field)
                || !is_name(field))
    };
    !fields.iter().any(is_data)
}

/// Whether texts above rows are names of columns and not values of a first row: some of them are known names, or rows
/// have numbers or instants below them, or all are written like identifiers. In a table of texts alone there is no
/// other sign, and a possible row must not be shown.
fn are_known(names: &[String], behind: &[RecordLine]) -> bool {
    let known = names.iter().filter(|name| !Name::of(name).meanings.is_empty()).count();
    let is_value = |field: &String| {
        let number = field.replace([',', ' '], "");
        number.parse::<f64>().is_ok() || !notations_of(field).is_empty()
    };
    // A single word in lower case was written by a program.
    let is_key = |name: &String| !name.contains(|c: char| c.is_whitespace() || c.is_uppercase());
    let has_values = || behind.iter().any(|record| record.fields.iter().any(is_value));
    known * 3 >= names.len() && known > 0 || names.iter().all(is_key) || has_values()
}

/// Whether a line of names is above another line that has a name for every column.
fn are_groups(first: &RecordLine, second: &RecordLine, usual: usize) -> bool {
    let is_full = second.fields.len() == usual && second.fields.iter().all(|field| !field.is_empty());
    let has_gaps = first.fields.iter().any(String::is_empty);
    let is_one_of_each = |mut names: Vec<String>| {
        names.sort_unstable();
        names.dedup();
        names.len() == usual
    };
    // `Date` and `Time` may be in each group.
    let in_groups = || {
        let all = groups_of(first).into_iter().zip(&second.fields).map(|(group, name)| format!("{group}\n{name}"));
        second.fields.iter().all(|name| !Name::of(name).meanings.is_empty()) && is_one_of_each(all.collect())
    };
    let is_apart = is_one_of_each(second.fields.clone()) || in_groups();
    has_gaps && is_full && is_apart && is_header(&first.fields) && is_header(&second.fields)
}

/// Whether fields are the questions of a form's header, of any length: they contain no data, and one of them names a
/// column of instants.
fn are_questions(fields: &[String], behind: &[RecordLine]) -> bool {
    const LONGEST: usize = 240;
    let is_question = |field: &String| {
        let is_data = field.replace([',', ' '], "").parse::<f64>().is_ok() || begins_with_instant(field);
        !field.is_empty() && field.chars().count() <= LONGEST && !is_data && notations_of(field).is_empty()
    };
    let is_told =
        |notation: &TimeNotation| !notation.is_number() && *notation != TimeNotation::TimeOfDay(DOTTED.to_owned());
    let is_instant = |text: &str| notations_of(text).iter().any(is_told);
    let names_instants = |at: usize| {
        let mut values = behind.iter().filter_map(|record| record.fields.get(at)).filter(|text| !text.is_empty());
        values.clone().next().is_some() && values.all(|text| is_instant(text))
    };
    let is_named = |(at, field): (usize, &String)| is_name(field) && names_instants(at);
    fields.len() > 1 && fields.iter().all(is_question) && fields.iter().enumerate().any(is_named)
}

/// Whether a text is a chat: its first line begins with an instant, and a line near it with an instant and a name. The
/// first lines of a chat may be notices without an author.
fn is_chat_of(records: &[RecordLine]) -> bool {
    const NOTICES: usize = 20;
    let begins = records.first().is_some_and(|record| begins_with_instant(&record.fields.join(", ")));
    begins && records.iter().take(NOTICES).any(|record| is_chat(&record.fields))
}

/// `[02/03/2026 09:00:01] Ana: …`, `3/2/26, 9:00 AM - Ana: …`.
fn is_chat(fields: &[String]) -> bool {
    let line = fields.join(", ");
    let is_bracketed = line.trim_start_matches(['\u{200e}', '\u{feff}']).starts_with('[');
    let author = if is_bracketed { line.split_once("] ") } else { line.split_once(" - ") };
    begins_with_instant(&line) && author.is_some_and(|(_, rest)| rest.contains(": "))
}

/// Whether a line begins with an instant, as in a chat: `[02/03/2026, 09:00:01] Ana: …`.
fn begins_with_instant(field: &str) -> bool {
    let text = field.trim_start_matches(['[', '\u{200e}', '\u{feff}']);
    let ends = text.char_indices().filter(|(_, c)| matches!(c, ' ' | ']' | ',')).map(|(at, _)| at).take(6);
    text.starts_with(|c: char| c.is_ascii_digit())
        && ends.into_iter().any(|end| notations_of(&text[..end]).iter().any(|notation| !notation.is_number()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_headers() {
        for (text, delimiter, lines_above, header) in [
            ("a;b;c\n1;2,5;3\n2;3,5;x\n", b';', 0, Some(3)),
            ("a\tb\n1\t2\n", b'\t', 0, Some(2)),
            ("a|b|c\n1|2|3\n", b'|', 0, Some(3)),
            ("\u{feff}a,b\n1,2\n", b',', 0, Some(2)),
            ("Export of tickets\nCreated 2 March 2026, by Ana\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", b',', 3, Some(3)),
            ("Title,,\na,b,c\n1,2,3\n", b',', 1, Some(3)),
            ("17;990201;8:09:22\n18;990201;8:10:00\n", b';', 0, None),
            ("1,\"x\ny\",3\n", b',', 0, None),
            ("Ticket,,Times\nNumber,Subject,Created\n1,A,2026-03-02\n2,B,2026-03-02\n", b',', 1, Some(3)),
            ("a,b\n1,2\n2,3\nCases of March\nCopyright\nAcme\nMade by Ana\n", b',', 0, Some(2)),
            ("one\ntwo\n", b',', 0, None),
            ("a secret, of mine\nthe second, line\n", b',', 0, None),
            ("id,name,state\n", b',', 0, Some(3)),
            ("Ana Silva,Bruno Costa,Acme\nCarla Lima,Davi Rocha,Norte 2\n", b',', 0, None),
            ("Ana Silva,Bruno Costa\n12,7\n", b',', 0, Some(2)),
            (
                "When,Was it good?,\"From 0 to 10, would you recommend us to a friend?\"\n3/2/2026 9:40:11,yes,10\n",
                b',',
                0,
                Some(3),
            ),
        ] {
            let found = dialect_of(text.as_bytes());
            let read = (found.delimiter, found.lines_above, found.header.map(|names| names.len()));
            assert_eq!(read, (delimiter, lines_above, header), "{text:?}");
        }
        for (text, part) in [
            (
                "id,created_at,closed_at\nc1,web,2026-03-02,2026-03-03\nc2,web,2026-03-02,2026-03-03\n",
                "line 1 has 3 names",
            ),
            ("id\tcreated_at\nc1,2026-03-02 09:00\nc2,2026-03-02 10:00\n", "2 names with tabs between"),
        ] {
            let misfit = dialect_of(text.as_bytes()).misfit.expect("a misfit").to_string();
            assert!(misfit.contains(part), "{text:?}: {misfit}");
        }
        for chat in [
            "3/2/26, 9:00 AM - Ana: I am here\n3/2/26, 9:04 AM - Sol: hi\n",
            "[2/3/26 9:00] Ana: hi; you\n[2/3/26 9:01] Bia: yo; me\n",
        ] {
            assert_eq!(dialect_of(chat.as_bytes()).header, None, "{chat}");
        }
        assert_eq!(dialect_of(b"").columns, 0);
        assert!(dialect_of(b"a,b\r\n1,2\r\n").is_crlf);
    }
}
