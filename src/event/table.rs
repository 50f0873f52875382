//! The event table: compact columns that the fold reads. Texts are numbers into dictionaries; message text has no column.

use super::{Actor, Detail, Kind, NONE, TEXTS, Text};

/// One event, as the columns of [`Events`] hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// What happened.
    pub kind: Kind,
    /// Who acted; only on `message` and `closed`.
    pub actor: Option<Actor>,
    /// What else its kind says.
    pub detail: Detail,
    /// Only on `agent_status`.
    pub capacity: Option<u32>,
    /// By [`Text`]: a number into its dictionary, or [`NONE`].
    pub text: [u32; TEXTS],
}

impl Row {
    /// The number of a text, or `None` where the row has no value.
    #[must_use]
    pub fn text(&self, text: Text) -> Option<u32> {
        Some(self.text[text as usize]).filter(|id| *id != NONE)
    }

    /// The number of the agent: without an id the name serves as one.
    #[must_use]
    pub fn agent(&self) -> Option<u32> {
        self.text(Text::AgentId).or(self.text(Text::AgentName))
    }
}

/// Events as columns. A text column that never has a value takes no memory.
#[derive(Debug, Default, Clone)]
pub struct Events {
    ts: Vec<i64>,
    kind: Vec<Kind>,
    actor: Vec<Option<Actor>>,
    detail: Vec<Detail>,
    /// Line of the row's first byte in its file, from 1.
    line: Vec<u32>,
    text: [Vec<u32>; TEXTS],
    /// Row and capacity, by row: few rows have one.
    capacity: Vec<(u32, u32)>,
}

impl Events {
    /// How many events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ts.is_empty()
    }

    /// The instants, UTC milliseconds, in input order.
    #[must_use]
    pub fn ts(&self) -> &[i64] {
        &self.ts
    }

    /// What happened, in input order.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kind
    }

    /// The line of the row's first byte in its file, from 1.
    #[must_use]
    pub fn line(&self, row: usize) -> u32 {
        self.line[row]
    }

    /// Whether any row has a value in that column.
    #[must_use]
    pub fn has(&self, text: Text) -> bool {
        self.text[text as usize].iter().any(|id| *id != NONE)
    }

    /// The number of a row's text.
    #[must_use]
    pub fn text(&self, text: Text, row: usize) -> Option<u32> {
        self.text[text as usize].get(row).copied().filter(|id| *id != NONE)
    }

    /// One event.
    #[must_use]
    pub fn row(&self, row: usize) -> Row {
        let mut text = [NONE; TEXTS];
        for (slot, column) in text.iter_mut().zip(&self.text) {
            if let Some(id) = column.get(row) {
                *slot = *id;
            }
        }
        let capacity = if self.kind[row] == Kind::AgentStatus { self.capacity_of(row) } else { None };
        Row { ts: self.ts[row], kind: self.kind[row], actor: self.actor[row], detail: self.detail[row], capacity, text }
    }

    fn capacity_of(&self, row: usize) -> Option<u32> {
        let found = self.capacity.binary_search_by_key(&row, |(at, _)| *at as usize).ok()?;
        Some(self.capacity[found].1)
    }

    /// Adds one event.
    pub fn push(&mut self, row: &Row, line: u32) {
        let at = self.ts.len();
        self.ts.push(row.ts);
        self.kind.push(row.kind);
        self.actor.push(row.actor);
        self.detail.push(row.detail);
        self.line.push(line);
        for (column, id) in self.text.iter_mut().zip(row.text) {
            if !column.is_empty() || id != NONE {
                column.resize(at, NONE);
                column.push(id);
            }
        }
        if let Some(capacity) = row.capacity {
            self.capacity.push((number(at), capacity));
        }
    }

    /// Appends the events of a later part of the log, whose texts are numbered by `renumber[dictionary][number]`
    /// and whose lines are counted from `lines_before`.
    pub fn append(&mut self, part: &Self, renumber: &[Vec<u32>], lines_before: u32) {
        let at = self.ts.len();
        self.ts.extend_from_slice(&part.ts);
        self.kind.extend_from_slice(&part.kind);
        self.actor.extend_from_slice(&part.actor);
        self.detail.extend_from_slice(&part.detail);
        self.line.extend(part.line.iter().map(|line| line + lines_before));
        for text in Text::ALL {
            let (column, from) = (&mut self.text[*text as usize], &part.text[*text as usize]);
            if from.is_empty() && column.is_empty() {
                continue;
            }
            column.resize(at, NONE);
            let numbers = &renumber[text.words() as usize];
            column.extend(from.iter().map(|id| if *id == NONE { NONE } else { numbers[*id as usize] }));
            column.resize(self.ts.len(), NONE);
        }
        self.capacity.extend(part.capacity.iter().map(|(row, capacity)| (row + number(at), *capacity)));
    }

    /// Turns the order of the rows `from..to` around: a file that was written newest first.
    pub fn reverse(&mut self, from: usize, to: usize) {
        self.ts[from..to].reverse();
        self.kind[from..to].reverse();
        self.actor[from..to].reverse();
        self.detail[from..to].reverse();
        self.line[from..to].reverse();
        let rows = self.ts.len();
        for column in &mut self.text {
            if !column.is_empty() {
                column.resize(rows, NONE);
                column[from..to].reverse();
            }
        }
        let place = |row: usize| self.capacity.partition_point(|(at, _)| (*at as usize) < row);
        let (first, last) = (place(from), place(to));
        for (row, _) in &mut self.capacity[first..last] {
            *row = number(from + to - 1) - *row;
        }
        self.capacity[first..last].reverse();
    }

    /// Keeps the rows that are marked, in their order.
    pub fn retain(&mut self, keep: &[bool]) {
        fn keep_in<T: Copy>(column: &mut Vec<T>, keep: &[bool]) {
            let mut marks = keep.iter();
            column.retain(|_| marks.next().copied().unwrap_or(true));
        }
        let mut kept = 0;
        let mut moved = Vec::with_capacity(self.capacity.len());
        let mut capacities = self.capacity.iter().peekable();
        for (row, stays) in keep.iter().enumerate() {
            let capacity = capacities.next_if(|(at, _)| *at as usize == row);
            if *stays {
                moved.extend(capacity.map(|(_, capacity)| (number(kept), *capacity)));
                kept += 1;
            }
        }
        self.capacity = moved;
        keep_in(&mut self.ts, keep);
        keep_in(&mut self.kind, keep);
        keep_in(&mut self.actor, keep);
        keep_in(&mut self.detail, keep);
        keep_in(&mut self.line, keep);
        for column in &mut self.text {
            keep_in(column, keep);
        }
    }

    /// Forgets a text column, to free its memory.
    pub fn drop_text(&mut self, text: Text) {
        self.text[text as usize] = Vec::new();
    }
}

/// Rows are numbered in 32 bits: a log of four thousand million events does not fit into memory anyway.
fn number(row: usize) -> u32 {
    u32::try_from(row).expect("more than 2^32 events")
}
