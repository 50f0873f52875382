//! The words of a log: its columns, the kinds of events, the actors. They are closed lists, defined by semantics.md 1.

pub mod aliases;
pub mod attributes;
mod fact;
mod row;
pub mod table_order;
pub mod tags;

use serde::{Deserialize, Serialize};

use crate::language::Message;

pub use self::fact::{Fact, FactSet};
pub use self::row::{Content, Event, FoldEvent, Labels, Origin, some};

/// Declares a closed list of words with their spelling in logs and outputs.
macro_rules! named_values {
    (
        $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal),+ $(,)? }
        $(internal { $($(#[$own_doc:meta])* $own:ident => $own_text:literal),+ $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ $(, $($(#[$own_doc])* $own),+)? }

        impl $name {
            /// All entries, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in logs and outputs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ $(, $(Self::$own => $own_text),+)? }
            }

            /// The entry with exactly this spelling.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use named_values;

named_values! {
    /// A canonical column of a log.
    Column {
        /// The instant of the event.
        Ts => "ts",
        /// The kind of event.
        Event => "event",
        /// The source's own id of the event.
        EventId => "event_id",
        /// The conversation of the event.
        ConversationId => "conversation_id",
        /// The id of the customer in the source.
        CustomerId => "customer_id",
        /// Who acted.
        Actor => "actor",
        /// The agent who wrote, was assigned, handed over or closed, or whose status changed.
        AgentId => "agent_id",
        /// The agent's display name.
        AgentName => "agent_name",
        /// whatsapp, web, …
        Channel => "channel",
        /// The group, team or service in charge.
        Department => "department",
        /// The queue of the customer.
        Queue => "queue",
        /// The agent to whom a transfer goes.
        ToAgentId => "to_agent_id",
        /// The queue to which a transfer goes.
        ToQueue => "to_queue",
        /// The department to which a transfer goes.
        ToDepartment => "to_department",
        /// Application or origin.
        App => "app",
        /// The source's own label of the kind of support.
        SupportType => "support_type",
        /// The customer's display name, phone or e-mail.
        Contact => "contact",
        /// The ticket number.
        Protocol => "protocol",
        /// For a close: resolved or not.
        Resolution => "resolution",
        /// For a rating: the survey.
        Survey => "survey",
        /// For a rating: an integer in the range of its survey.
        Score => "score",
        /// The status of an agent or a conversation.
        Status => "status",
        /// For an agent: the number of simultaneous conversations.
        Capacity => "capacity",
        /// Tags of the conversation, separated by semicolons.
        Tags => "tags",
    }
    internal {
        /// The values of all attributes of the run, encoded by [`attributes`]. No column of a log has this name:
        /// decoders build it from the columns that are attributes.
        Attributes => "attributes",
    }
}

impl Column {
    /// All columns, followed by the one that no log has.
    pub(crate) const WITH_INTERNAL: [Self; Self::ALL.len() + 1] = {
        let (mut all, mut at) = ([Self::Attributes; Self::ALL.len() + 1], 0);
        while at < Self::ALL.len() {
            all[at] = Self::ALL[at];
            at += 1;
        }
        all
    };

    /// Its bit in a set of columns.
    #[must_use]
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// A set of columns, one bit each.
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

named_values! {
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
        /// No agent was available.
        TransferDisabled => "transfer_disabled",
        /// The customer did not finish the request.
        TransferIncomplete => "transfer_incomplete",
        /// Entered a queue without a request.
        Queued => "queued",
        /// An agent was given the conversation.
        Assigned => "assigned",
        /// Handed over to an agent, a queue or a department.
        Transferred => "transferred",
        /// The conversation ends.
        Closed => "closed",
        /// A closed conversation begins again.
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

named_values! {
    /// Who acts.
    Actor {
        /// The person who asks for help.
        Customer => "customer",
        /// A chatbot.
        Bot => "bot",
        /// A human agent.
        Agent => "agent",
        /// The platform itself.
        System => "system",
    }
}

named_values! {
    /// Whether a close resolved the matter.
    Resolution {
        /// Settled.
        Resolved => "resolved",
        /// Not settled.
        Unresolved => "unresolved",
    }
}

named_values! {
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

/// The highest score of ratings with stars, and of most other scales in surveys.
const HIGHEST_OF_STARS: u8 = 5;

/// The doubt about answers on the scale from 0 to 10, if none is higher than a rating with stars.
#[must_use]
pub fn scores_up_to_five(highest: Option<u8>) -> Option<Message> {
    let highest = highest.filter(|highest| *highest <= HIGHEST_OF_STARS)?;
    let doubt = Message::new("warning.scores_up_to_five").with("highest", u64::from(highest));
    Some(doubt.with("most", u64::from(HIGHEST_OF_STARS)))
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

named_values! {
    /// An agent's status.
    AgentStatus {
        /// Takes conversations.
        Online => "online",
        /// Takes no conversations at the moment.
        Paused => "paused",
        /// Absent.
        Offline => "offline",
    }
}

named_values! {
    /// A conversation's status, from the source or derived by section 9.
    Status {
        /// With the bot.
        Automated => "automated",
        /// Waiting for a person.
        InQueue => "in_queue",
        /// With an agent, whose turn it is to write.
        InProgress => "in_progress",
        /// With an agent; the last message is not the customer's.
        Pending => "pending",
        /// With an agent, and without messages for some time.
        Inactive => "inactive",
    }
}

impl Status {
    /// The status with this spelling, if a `status_changed` row may have it: all except the one that only this program
    /// derives.
    #[must_use]
    pub(crate) fn parse_explicit(text: &str) -> Option<Self> {
        Self::parse(text).filter(|status| *status != Self::Automated)
    }
}

/// The rest of an event's content, in addition to its texts; the variant follows from its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Nothing.
    None,
    /// On `closed`.
    Resolution(Resolution),
    /// On `rated`: the survey, and a score in its range.
    Score(Survey, u8),
    /// On `agent_status`.
    AgentStatus(AgentStatus),
    /// On `status_changed`.
    Status(Status),
}

impl Detail {
    /// The columns from which it was read, with their values.
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

/// A text with few distinct values in a log, stored as a number in a dictionary.
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

/// The number of [`Text`]s.
pub(crate) const TEXTS: usize = Text::ALL.len();

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

    /// Its canonical column.
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

    /// The dictionary of its values. Columns whose values are compared with each other share one.
    #[must_use]
    pub(crate) const fn domain(self) -> TextDomain {
        match self {
            Self::AgentId | Self::AgentName | Self::ToAgentId => TextDomain::Agents,
            Self::Department | Self::Queue | Self::ToQueue | Self::ToDepartment => TextDomain::Places,
            Self::Channel => TextDomain::Channels,
            Self::App => TextDomain::Apps,
            Self::SupportType => TextDomain::SupportTypes,
        }
    }
}

named_values! {
    /// A dictionary of texts with few distinct values.
    TextDomain {
        /// Ids and names of agents.
        Agents => "agents",
        /// Queues and departments: if there are no queues, departments are queues.
        Places => "places",
        /// Names of channels.
        Channels => "channels",
        /// Names of apps.
        Apps => "apps",
        /// The source's labels of kinds of support.
        SupportTypes => "support types",
    }
}

/// The number of [`TextDomain`]s.
pub(crate) const TEXT_DOMAINS: usize = TextDomain::ALL.len();

/// A text with many distinct values in a log, or one that varies independently of a row's content. Each has its own
/// dictionary, in shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub enum Key {
    ConversationId,
    CustomerId,
    EventId,
    Contact,
    Protocol,
    /// Tags as written in rows: one set of tags may be written in several ways.
    Tags,
    /// The values of all attributes, encoded by [`attributes`].
    Attributes,
}

/// The number of [`Key`]s.
pub const KEYS: usize = Key::ALL.len();

impl Key {
    /// All keys.
    pub const ALL: [Self; 7] = [
        Self::ConversationId,
        Self::CustomerId,
        Self::EventId,
        Self::Contact,
        Self::Protocol,
        Self::Tags,
        Self::Attributes,
    ];

    /// Its canonical column.
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

/// How events are grouped into conversations (semantics.md 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Sessions {
    /// One conversation per `conversation_id`.
    Id,
    /// Split by inactivity, per customer and channel.
    Inactivity,
    /// Split by inactivity, per customer, over all channels.
    InactivityAcrossChannels,
}

impl Sessions {
    /// Every rule, in the order of the help.
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

    /// Whether inactivity separates conversations.
    #[must_use]
    pub const fn is_by_silence(self) -> bool {
        match self {
            Self::Id => false,
            Self::Inactivity | Self::InactivityAcrossChannels => true,
        }
    }
}

/// Means no value in a column of numbers of texts.
pub const NONE: u32 = u32::MAX;
