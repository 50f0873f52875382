//! Words of a log: its columns, the kinds of events, who acts. Closed lists, as semantics.md 1 has them.
//!
//! Also the event table: compact columns that the fold reads. Texts are numbers into dictionaries; message text has no column.

use serde::{Deserialize, Serialize};

/// Declares a closed list of words with their spelling in logs and outputs.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in logs and outputs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The entry that is spelt exactly so.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A canonical column of a log.
    Column {
        /// When it happened.
        Ts => "ts",
        /// What happened.
        Event => "event",
        /// The source's own id of the event.
        EventId => "event_id",
        /// The conversation that it belongs to.
        ConversationId => "conversation_id",
        /// The customer.
        CustomerId => "customer_id",
        /// Who acted.
        Actor => "actor",
        /// The agent who wrote, was assigned, handed over, closed, or whose status it is.
        AgentId => "agent_id",
        /// The agent's name for display.
        AgentName => "agent_name",
        /// whatsapp, web, …
        Channel => "channel",
        /// The group, team or service in charge.
        Department => "department",
        /// The queue that the customer stands in.
        Queue => "queue",
        /// The agent that a transfer goes to.
        ToAgentId => "to_agent_id",
        /// The queue that a transfer goes to.
        ToQueue => "to_queue",
        /// The department that a transfer goes to.
        ToDepartment => "to_department",
        /// Application or origin.
        App => "app",
        /// The source's own label of the kind of support.
        SupportType => "support_type",
        /// The customer's display name, phone or e-mail.
        Contact => "contact",
        /// The ticket number.
        Protocol => "protocol",
        /// Of a close: resolved or not.
        Resolution => "resolution",
        /// Of a rating: 0 to 10.
        Score => "score",
        /// Of an agent or a conversation.
        Status => "status",
        /// Of an agent: how many conversations at once.
        Capacity => "capacity",
    }
}

words! {
    /// What happened.
    Kind {
        /// The source's own start of a conversation.
        Started => "started",
        /// A public message.
        Message => "message",
        /// The customer asks for a person.
        TransferRequested => "transfer_requested",
        /// The request reached the inbox.
        TransferSucceeded => "transfer_succeeded",
        /// The customer withdrew the request.
        TransferCancelled => "transfer_cancelled",
        /// Agents could not be reached.
        TransferDisabled => "transfer_disabled",
        /// The customer did not finish the request.
        TransferIncomplete => "transfer_incomplete",
        /// Entered a queue without a request.
        Queued => "queued",
        /// An agent was given the conversation.
        Assigned => "assigned",
        /// Handed on to an agent, a queue or a department.
        Transferred => "transferred",
        /// Closed.
        Closed => "closed",
        /// Opened again.
        Reopened => "reopened",
        /// The customer left before the end.
        CustomerLeft => "customer_left",
        /// A satisfaction score.
        Rated => "rated",
        /// The source's own status of the conversation.
        StatusChanged => "status_changed",
        /// An agent's status; belongs to no conversation.
        AgentStatus => "agent_status",
    }
}

words! {
    /// Who acts.
    Actor {
        /// The customer.
        Customer => "customer",
        /// A chatbot.
        Bot => "bot",
        /// A human agent.
        Agent => "agent",
        /// The platform itself.
        System => "system",
    }
}

words! {
    /// Whether a close settled the matter.
    Resolution {
        /// Settled.
        Resolved => "resolved",
        /// Not settled.
        Unresolved => "unresolved",
    }
}

words! {
    /// An agent's status.
    AgentStatus {
        /// Takes conversations.
        Online => "online",
        /// Takes none for now.
        Paused => "paused",
        /// Not there.
        Offline => "offline",
    }
}

words! {
    /// A conversation's status, as a source says it or as section 9 derives it.
    Status {
        /// With the bot.
        Automated => "automated",
        /// Waits for a person.
        InQueue => "in_queue",
        /// With an agent, who is to write next.
        InProgress => "in_progress",
        /// With an agent; the last message is not the customer's.
        Pending => "pending",
        /// With an agent, and silent for a while.
        Inactive => "inactive",
    }
}

impl Status {
    /// The statuses that a `status_changed` row may name: all but the one that only this program derives.
    #[must_use]
    pub fn parse_explicit(text: &str) -> Option<Self> {
        Self::parse(text).filter(|status| *status != Self::Automated)
    }
}

/// What an event says beside its texts; which one it is follows from its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    None,
    /// On `closed`.
    Resolution(Resolution),
    /// On `rated`: 0 to 10.
    Score(u8),
    /// On `agent_status`.
    AgentStatus(AgentStatus),
    /// On `status_changed`.
    Status(Status),
}

words! {
    /// A column that holds text, kept as a number into a dictionary.
    Text {
        /// See [`Column::EventId`].
        EventId => "event_id",
        /// See [`Column::ConversationId`].
        ConversationId => "conversation_id",
        /// See [`Column::CustomerId`].
        CustomerId => "customer_id",
        /// See [`Column::AgentId`].
        AgentId => "agent_id",
        /// See [`Column::AgentName`].
        AgentName => "agent_name",
        /// See [`Column::Channel`].
        Channel => "channel",
        /// See [`Column::Department`].
        Department => "department",
        /// See [`Column::Queue`].
        Queue => "queue",
        /// See [`Column::ToAgentId`].
        ToAgentId => "to_agent_id",
        /// See [`Column::ToQueue`].
        ToQueue => "to_queue",
        /// See [`Column::ToDepartment`].
        ToDepartment => "to_department",
        /// See [`Column::App`].
        App => "app",
        /// See [`Column::SupportType`].
        SupportType => "support_type",
        /// See [`Column::Contact`].
        Contact => "contact",
        /// See [`Column::Protocol`].
        Protocol => "protocol",
    }
}

/// How many text columns there are.
pub const TEXTS: usize = Text::ALL.len();

impl Text {
    /// The canonical column that it is.
    #[must_use]
    pub const fn column(self) -> Column {
        match self {
            Self::EventId => Column::EventId,
            Self::ConversationId => Column::ConversationId,
            Self::CustomerId => Column::CustomerId,
            Self::AgentId => Column::AgentId,
            Self::AgentName => Column::AgentName,
            Self::Channel => Column::Channel,
            Self::Department => Column::Department,
            Self::Queue => Column::Queue,
            Self::ToAgentId => Column::ToAgentId,
            Self::ToQueue => Column::ToQueue,
            Self::ToDepartment => Column::ToDepartment,
            Self::App => Column::App,
            Self::SupportType => Column::SupportType,
            Self::Contact => Column::Contact,
            Self::Protocol => Column::Protocol,
        }
    }

    /// The dictionary that its values are in. Columns whose values are compared with each other share one.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::EventId => Words::EventIds,
            Self::ConversationId => Words::Conversations,
            Self::CustomerId => Words::Customers,
            Self::AgentId | Self::AgentName | Self::ToAgentId => Words::Agents,
            Self::Department | Self::Queue | Self::ToQueue | Self::ToDepartment => Words::Places,
            Self::Channel => Words::Channels,
            Self::App => Words::Apps,
            Self::SupportType => Words::SupportTypes,
            Self::Contact => Words::Contacts,
            Self::Protocol => Words::Protocols,
        }
    }
}

words! {
    /// A dictionary of texts.
    Words {
        /// Ids of events.
        EventIds => "event ids",
        /// Ids of conversations.
        Conversations => "conversations",
        /// Ids of customers.
        Customers => "customers",
        /// Ids and names of agents.
        Agents => "agents",
        /// Queues and departments: where there are no queues, departments are queues.
        Places => "places",
        /// Channels.
        Channels => "channels",
        /// Apps.
        Apps => "apps",
        /// The source's labels of kinds of support.
        SupportTypes => "support types",
        /// Display names, phones, e-mails.
        Contacts => "contacts",
        /// Ticket numbers.
        Protocols => "protocols",
    }
}

/// How events become conversations (semantics.md 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Sessions {
    /// One conversation per `conversation_id`.
    Id,
    /// Split by silence, per customer and channel.
    Inactivity,
}

/// No value in a text column.
pub const NONE: u32 = u32::MAX;

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
