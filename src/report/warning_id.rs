//! The ids of warnings: a closed list, so that one can be allowed by name; and whether each is printed on standard
//! error.

use crate::event::named_values;
use crate::fold::rows::Oddity;

named_values! {
    /// The kind of a warning.
    WarningId {
        /// A file was read from its end.
        NewestFirst => "newest_first",
        /// A log beside others has no row.
        EmptyLog => "empty_log",
        /// Events lie far from all others.
        DistantEvents => "distant_events",
        /// Rows could not be read.
        RejectedRows => "rejected_rows",
        /// Local times without an offset were read in a zone that nobody chose.
        LocalTimes => "local_times",
        /// Local times that occur twice or never, since the clocks change.
        UnclearTimes => "unclear_times",
        /// Bytes behind compressed data were left out.
        TrailingBytes => "trailing_bytes",
        /// A name says another format than the content has.
        MisnamedFile => "misnamed_file",
        /// Sheets of a workbook that were not read have tables, too.
        OtherSheets => "other_sheets",
        /// Ids lost digits in a spreadsheet.
        SpoiltIds => "spoilt_ids",
        /// An export lacks some facts.
        ProfileCannot => "profile_cannot",
        /// No record has a key that exports of its profile have.
        MissingKeys => "missing_keys",
        /// Records have a later version.
        SupersededRecords => "superseded_records",
        /// Records gave no event.
        SkippedRecords => "skipped_records",
        /// Rows are equal to another one before them.
        RepeatedRows => "repeated_rows",
        /// By inactivity, rows before a customer's first channel are conversations of their own.
        LateChannels => "late_channels",
        /// By inactivity, customers alone wrote in nearly all conversations.
        OnlyCustomersWrote => "only_customers_wrote",
        /// A folder of facts is of an earlier version, and lacks what metrics need.
        OlderFacts => "older_facts",
        /// No log has the facts that a metric needs.
        NotTold => "not_told",
        /// Only some of the logs have the facts that a metric needs.
        PartlyTold => "partly_told",
        /// The window has days that the log does not cover.
        UncoveredDays => "uncovered_days",
        /// The window is not over.
        WindowUnfinished => "window_unfinished",
        /// The calendar's window before has another number of days.
        PreviousWindowOfOtherLength => "previous_window_of_other_length",
        /// The window has no event, though the log has some before and after it.
        QuietWindow => "quiet_window",
        /// Days of the window have no event, though their weekday has some in all weeks around.
        QuietDays => "quiet_days",
        /// The window before begins before the log does.
        NoPreviousWindow => "no_previous_window",
        /// The window that was asked for to compare with has days that the log does not cover.
        ComparedDaysUncovered => "compared_days_uncovered",
        /// The log ends long before the instant of a snapshot.
        LogEndsEarlier => "log_ends_earlier",
        /// Nothing in the log ends a conversation.
        NoClosedEvents => "no_closed_events",
        /// No engaged conversation has a welcome.
        NoWelcome => "no_welcome",
        /// No score is above 5: they are not scores of 0 to 10.
        ScoresUpToFive => "scores_up_to_five",
        /// Tags have commas in them: one may be several.
        TagsWithCommas => "tags_with_commas",
        /// Engaged conversations name no customer.
        EngagedWithoutCustomer => "engaged_without_customer",
        /// A queue or department that has opening hours of its own is in no row.
        OpeningHoursUnused => "opening_hours_unused",
        /// Agents held conversations and have no status: their time is not in that of statuses.
        AgentsWithoutStatus => "agents_without_status",
        /// No row has the old name of an alias.
        AliasUnused => "alias_unused",
        /// No row of the run has a value of an attribute.
        AttributeAbsent => "attribute_absent",
        /// Values of an attribute are lists or objects, which count as no value.
        AttributeOddValues => "attribute_odd_values",
        /// A filter names a value that the log does not have.
        UnknownFilterValue => "unknown_filter_value",
        /// A filter asks for no value, and the log has its text as a value.
        NoValueAsText => "no_value_as_text",
        /// The log does not show who is online.
        NoAgentStatus => "no_agent_status",
        /// A folder of facts cannot name the events of a row.
        NoEvents => "no_events",
        /// See [`Oddity::ReopenedOpen`].
        ReopenedOpen => "reopened_open",
        /// See [`Oddity::OutcomeWithoutRequest`].
        OutcomeWithoutRequest => "outcome_without_request",
        /// See [`Oddity::ClosedAlready`].
        ClosedAlready => "closed_already",
        /// See [`Oddity::TransferredNowhere`].
        TransferredNowhere => "transferred_nowhere",
        /// No font draws some characters of a PDF.
        MissingGlyphs => "missing_glyphs",
    }
}

impl WarningId {
    /// Whether a reader who does not know of it would misunderstand a number; such a warning is also printed on
    /// standard error. The others explain how the log was read, or which numbers are unknown.
    #[must_use]
    pub const fn changes_numbers(self) -> bool {
        match self {
            Self::EmptyLog
            | Self::DistantEvents
            | Self::ComparedDaysUncovered
            | Self::LogEndsEarlier
            | Self::LocalTimes
            | Self::UnclearTimes
            | Self::TrailingBytes
            | Self::MisnamedFile
            | Self::OtherSheets
            | Self::SpoiltIds
            | Self::MissingKeys
            | Self::RepeatedRows
            | Self::LateChannels
            | Self::OnlyCustomersWrote
            | Self::PartlyTold
            | Self::UncoveredDays
            | Self::WindowUnfinished
            | Self::PreviousWindowOfOtherLength
            | Self::QuietDays
            | Self::QuietWindow
            | Self::NoClosedEvents
            | Self::ScoresUpToFive
            | Self::TagsWithCommas
            | Self::EngagedWithoutCustomer
            | Self::UnknownFilterValue
            | Self::NoValueAsText
            | Self::OpeningHoursUnused
            | Self::AgentsWithoutStatus
            | Self::AliasUnused
            | Self::AttributeAbsent
            | Self::AttributeOddValues
            | Self::NoAgentStatus
            | Self::MissingGlyphs => true,
            Self::NewestFirst
            | Self::RejectedRows
            | Self::ProfileCannot
            | Self::SupersededRecords
            | Self::SkippedRecords
            | Self::NotTold
            | Self::OlderFacts
            | Self::NoPreviousWindow
            | Self::NoEvents
            | Self::NoWelcome
            | Self::ReopenedOpen
            | Self::OutcomeWithoutRequest
            | Self::ClosedAlready
            | Self::TransferredNowhere => false,
        }
    }
}

impl From<Oddity> for WarningId {
    fn from(oddity: Oddity) -> Self {
        match oddity {
            Oddity::ReopenedOpen => Self::ReopenedOpen,
            Oddity::OutcomeWithoutRequest => Self::OutcomeWithoutRequest,
            Oddity::ClosedAlready => Self::ClosedAlready,
            Oddity::TransferredNowhere => Self::TransferredNowhere,
        }
    }
}
