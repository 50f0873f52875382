//! Words of a log: its columns, the kinds of events, who acts. Closed lists, as semantics.md 1 has them.

pub mod aliases;
pub mod attributes;
mod fact;
mod row;
pub mod table_order;
pub mod tags;

use serde::{Deserialize, Serialize};

pub use self::fact::{Fact, FactSet};
pub use self::row::{Content, Event, FoldEvent, Labels, Origin, some};

/// Declares a closed list of words with their spelling in logs and outputs.
macro_rules! words {
    (
        $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal),+ $(,)? }
        $(internal { $($(#[$own_doc:meta])* $own:ident => $own_text:literal),+ $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ $(, $($(#[$own_doc])* $own),+)? }

        impl $name {
            /// All, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in logs and outputs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ $(, $(Self::$own => $own_text),+)? }
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
        /// The kind of event.
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
        /// The queue that the customer is in.
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
        /// Of a rating: which survey.
        Survey => "survey",
        /// Of a rating: a whole number in the range of its survey.
        Score => "score",
        /// Of an agent or a conversation.
        Status => "status",
        /// Of an agent: how many conversations at once.
        Capacity => "capacity",
        /// Tags of the conversation, with semicolons between.
        Tags => "tags",
    }
    internal {
        /// The values of all attributes that the run asks for, as [`attributes`] writes them. No column of a log has
        /// this name: decoders put it together from the columns that attributes name.
        Attributes => "attributes",
    }
}

impl Column {
    /// All, and behind them the one that no log names.
    pub const WITH_INTERNAL: [Self; Self::ALL.len() + 1] = {
        let (mut all, mut at) = ([Self::Attributes; Self::ALL.len() + 1], 0);
        while at < Self::ALL.len() {
            all[at] = Self::ALL[at];
            at += 1;
        }
        all
    };

    /// Its bit in a set of columns.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// A set of columns: a bit for each.
    #[must_use]
    pub const fn set(columns: &[Self]) -> u32 {
        let (mut set, mut at) = (0, 0);
        while at < columns.len() {
            set |= columns[at].bit();
            at += 1;
        }
        set
    }
}

words! {
    /// The kind of event.
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
    /// The survey that a rating answers.
    Survey {
        /// Net promoter score: 0 to 10.
        Nps => "nps",
        /// Customer satisfaction: 1 to 5.
        Csat => "csat",
        /// Thumbs up or down: 1 or 0.
        Thumbs => "thumbs",
    }
}

impl Survey {
    /// The lowest and the highest score.
    #[must_use]
    pub const fn range(self) -> (u32, u32) {
        match self {
            Self::Nps => (0, 10),
            Self::Csat => (1, 5),
            Self::Thumbs => (0, 1),
        }
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
    /// A conversation's status, from the source or as section 9 derives it.
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

/// The rest of an event's content beside its texts; which one it is follows from its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Nothing.
    None,
    /// On `closed`.
    Resolution(Resolution),
    /// On `rated`: which survey, and a score in its range.
    Score(Survey, u8),
    /// On `agent_status`.
    AgentStatus(AgentStatus),
    /// On `status_changed`.
    Status(Status),
}

impl Detail {
    /// The columns that it was read from, with their values.
    #[must_use]
    pub fn columns(self) -> Vec<(&'static str, String)> {
        match self {
            Self::None => Vec::new(),
            Self::Resolution(resolution) => vec![(Column::Resolution.name(), resolution.name().to_owned())],
            Self::Score(survey, score) => {
                vec![(Column::Survey.name(), survey.name().to_owned()), (Column::Score.name(), score.to_string())]
            }
            Self::AgentStatus(status) => vec![(Column::Status.name(), status.name().to_owned())],
            Self::Status(status) => vec![(Column::Status.name(), status.name().to_owned())],
        }
    }
}

/// A text of which a log has few distinct values, kept as a number into a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub enum Text {
    AgentId,
    AgentName,
    Channel,
    Department,
    Queue,
    ToAgentId,
    ToQueue,
    ToDepartment,
    App,
    SupportType,
}

/// How many [`Text`]s there are.
pub const TEXTS: usize = Text::ALL.len();

impl Text {
    /// All, in the order of the columns.
    pub const ALL: [Self; 10] = [
        Self::AgentId,
        Self::AgentName,
        Self::Channel,
        Self::Department,
        Self::Queue,
        Self::ToAgentId,
        Self::ToQueue,
        Self::ToDepartment,
        Self::App,
        Self::SupportType,
    ];

    /// The canonical column that it is.
    #[must_use]
    pub const fn column(self) -> Column {
        match self {
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
        }
    }

    /// The dictionary that its values are in. Columns whose values are compared with each other share one.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::AgentId | Self::AgentName | Self::ToAgentId => Words::Agents,
            Self::Department | Self::Queue | Self::ToQueue | Self::ToDepartment => Words::Places,
            Self::Channel => Words::Channels,
            Self::App => Words::Apps,
            Self::SupportType => Words::SupportTypes,
        }
    }
}

words! {
    /// A dictionary of texts of which a log has few.
    Words {
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
    }
}

/// How many [`Words`] there are.
pub const WORDS: usize = Words::ALL.len();

/// A text of which a log has many distinct values, or that varies apart from the rest of a row's content: each has a
/// dictionary of its own, in shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub enum Key {
    ConversationId,
    CustomerId,
    EventId,
    Contact,
    Protocol,
    /// As rows write them: rows with one set of tags may write it in several ways.
    Tags,
    /// The values of all attributes, as [`attributes`] writes them.
    Attributes,
}

/// How many [`Key`]s there are.
pub const KEYS: usize = Key::ALL.len();

impl Key {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::ConversationId,
        Self::CustomerId,
        Self::EventId,
        Self::Contact,
        Self::Protocol,
        Self::Tags,
        Self::Attributes,
    ];

    /// The canonical column that it is.
    #[must_use]
    pub const fn column(self) -> Column {
        match self {
            Self::ConversationId => Column::ConversationId,
            Self::CustomerId => Column::CustomerId,
            Self::EventId => Column::EventId,
            Self::Contact => Column::Contact,
            Self::Protocol => Column::Protocol,
            Self::Tags => Column::Tags,
            Self::Attributes => Column::Attributes,
        }
    }
}

/// How events become conversations (semantics.md 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Sessions {
    /// One conversation per `conversation_id`.
    Id,
    /// Split by silence, per customer and channel.
    Inactivity,
    /// Split by silence, per customer, over all channels.
    InactivityAcrossChannels,
}

impl Sessions {
    /// All.
    pub const ALL: [Self; 3] = [Self::Id, Self::Inactivity, Self::InactivityAcrossChannels];

    /// The name in flags, profiles and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Inactivity => "inactivity",
            Self::InactivityAcrossChannels => "inactivity-across-channels",
        }
    }

    /// Whether silence separates conversations.
    #[must_use]
    pub const fn is_by_silence(self) -> bool {
        match self {
            Self::Id => false,
            Self::Inactivity | Self::InactivityAcrossChannels => true,
        }
    }
}

/// No value in a text column.
pub const NONE: u32 = u32::MAX;
