//! Rules for rows that are whole conversations: each of its instants or lengths of time is an event.

use super::assumption::{Assumption, UnknownFact};
use super::closers::Closer;
use super::instants::ProposedInstant;
use super::moments::{DurationKind, Moment, excludes_bots, moment_of};
use super::proposal::{Candidate, ProposedCondition, ProposedRule, When, has_agent, source_of};
use super::spans::{Length, of};
use crate::event::{Actor, Column, Kind};
use crate::inspect::words::{Meaning as M, Name, is_one_of, plain as plain_name};
use crate::language::Message;

/// The event of each instant of a row; of several instants for one event, the earliest that most rows have.
pub struct RowMoments<'i> {
    found: Vec<(Moment, &'i ProposedInstant)>,
}

impl<'i> RowMoments<'i> {
    /// The moments by the names of the instants.
    pub fn of(instants: &'i [ProposedInstant]) -> Self {
        let named = |instant: &'i ProposedInstant| moment_of(&instant.words).ok().map(|moment| (moment, instant));
        let mut found: Vec<(Moment, &ProposedInstant)> = instants.iter().filter_map(named).collect();
        // Of instants on two clocks, the one whose zone is known.
        let rank = |instant: &ProposedInstant| (std::cmp::Reverse(instant.filled), instant.is_local, instant.first);
        // Of several assignments, the one whose name means the first.
        let is_later =
            |moment: Moment, instant: &ProposedInstant| moment == Moment::Assigned && !instant.words.has(M::First);
        // Beside a first response without bots, any other may be a bot's.
        let may_be_bots = |instant: &ProposedInstant| !excludes_bots(&instant.words);
        found.sort_by_key(|(moment, instant)| {
            (
                *moment,
                may_be_bots(instant),
                is_later(*moment, instant),
                is_of_another_thing(&instant.words),
                rank(instant),
            )
        });
        found.dedup_by_key(|(moment, _)| *moment);
        Self { found }
    }

    /// The instant of an event.
    pub fn get(&self, moment: Moment) -> Option<&'i ProposedInstant> {
        self.found.iter().find(|(other, _)| *other == moment).map(|(_, instant)| *instant)
    }

    /// The number of events that are neither starts nor entries into a queue nor of unknown kind.
    pub fn beside_the_begin(&self) -> usize {
        let begin = self.begin().map(|instant| &instant.sources);
        let is_beside = |(moment, instant): &&(Moment, &ProposedInstant)| {
            let is_plain = matches!(moment, Moment::Began | Moment::Queued | Moment::Happened);
            !is_plain && Some(&instant.sources) != begin
        };
        self.found.iter().filter(is_beside).count()
    }

    /// The start of a conversation. An instant that is only named as a time is the start if it precedes all others.
    pub fn begin(&self) -> Option<&'i ProposedInstant> {
        let happened = || {
            let happened = self.get(Moment::Happened).filter(|instant| instant.is_full)?;
            let is_first = self.found.iter().all(|(_, other)| happened.first <= other.first);
            is_first.then_some(happened)
        };
        let wrote = || self.get(Moment::CustomerWrote).filter(|instant| instant.is_full);
        // `Request Time` in all rows, and `Start Time` only in those that were answered.
        let began = self.get(Moment::Began);
        if let (Some(began), Some(happened)) = (began, happened())
            && !began.is_full
        {
            return Some(happened);
        }
        began.or_else(|| self.get(Moment::Queued)).or_else(wrote).or_else(happened)
    }
}

/// Whether an instant may be that of another thing than the conversation, by a word of its name: `order_created_at` beside
/// `created_at`.
fn is_of_another_thing(words: &Name) -> bool {
    const THINGS: &str = "order|pedido|commande|bestellung|ordine|purchase|compra|achat|invoice|fatura|factura|facture|rechnung|payment|\
                          pagamento|pago|paiement|account|conta|cuenta|compte|konto|subscription|assinatura|contract|contrato|\
                          contrat|vertrag|product|produto|producto|produit|profile|perfil|user|usuario|device|task|tarefa|tarea";
    words.has_unknown() || words.plain.split(' ').any(|word| is_one_of(word, THINGS))
}

/// The rules, and their open questions.
#[derive(Default)]
pub struct Tickets {
    pub rules: Vec<ProposedRule>,
    /// Questions to answer first.
    pub missing: Vec<Message>,
    /// Assumptions for questions that no column answers.
    pub assumptions: Vec<Assumption>,
}

impl Tickets {
    /// Adds the open question or the assumptions about a length that a rule uses.
    fn use_length(&mut self, length: &Length) {
        self.missing.extend(length.question.clone());
        self.assumptions.extend(length.assumptions.iter().cloned());
    }
}

/// Rules for rows with several instants, and with lengths of time for events without an instant. `answered` are the
/// conditions for answered and for unanswered rows.
pub fn tickets(
    begin: &ProposedInstant,
    moments: &RowMoments<'_>,
    lengths: &[Length],
    candidates: &[Candidate],
    answered: Option<&(ProposedCondition, ProposedCondition)>,
    by_whom: Option<Closer>,
) -> Tickets {
    let mut made = Tickets::default();
    let rule_of = ProposedRule::of;
    let start = When::at(begin);
    let agents = agents(candidates);
    let plus = |span: DurationKind, made: &mut Tickets| {
        let length = of(lengths, span)?;
        made.use_length(length);
        Some((length.plus.clone(), length))
    };
    let has_reply = moments.get(Moment::FirstReply).is_some();
    let first_reply = match moments.get(Moment::FirstReply) {
        Some(instant) => Some(When::at(instant)),
        None => plus(DurationKind::FirstReply, &mut made).map(|(plus, _)| start.after(&[plus])),
    };
    let waited = wait_for_agent(moments, lengths, has_reply || first_reply.is_some());
    if let Some(length) = waited {
        made.use_length(length);
    }
    let picked_up = match moments.get(Moment::Answered) {
        Some(instant) => Some(When::at(instant)),
        None => waited.map(|length| start.after(std::slice::from_ref(&length.plus))),
    };
    let ends: Vec<ProposedInstant> =
        [Moment::Resolved, Moment::Closed].into_iter().filter_map(|moment| moments.get(moment)).cloned().collect();
    let has_end = !ends.is_empty();
    let closed = if ends.is_empty() {
        let whole = plus(DurationKind::Whole, &mut made).map(|(plus, _)| start.after(&[plus]));
        let whole = whole.or_else(|| {
            let picked_up = picked_up.as_ref()?;
            plus(DurationKind::Talked, &mut made).map(|(plus, _)| picked_up.after(&[plus]))
        });
        // For a call without a known wait, the whole length.
        whole.or_else(|| {
            let length = lengths.iter().find(|length| length.span == DurationKind::Talked && length.may_be_whole)?;
            made.use_length(length);
            made.assumptions.push(Message::new("assumption.whole_length").with("column", &length.column).into());
            Some(start.after(std::slice::from_ref(&length.plus)))
        })
    } else {
        Some(When { first: ends, plus: Vec::new() })
    };

    // A customer who opens a ticket waits from then on, if somebody is known to serve.
    let is_served = first_reply.is_some() || picked_up.is_some() || moments.get(Moment::Assigned).is_some();
    let is_call = waited.is_some() || moments.get(Moment::Answered).is_some();
    if !is_call || !is_served {
        made.rules.push(rule_of(Kind::Started, start.clone()));
    }
    match moments.get(Moment::Queued) {
        Some(queued) if queued.sources != begin.sources => {
            made.rules.push(optional(rule_of(Kind::Queued, When::at(queued)), queued.is_full));
        }
        Some(_) => made.rules.push(rule_of(Kind::Queued, start.clone())),
        // A customer who hung up had waited. If a table has the ends of conversations, its waits may be in another
        // table.
        None if is_served || (answered.is_some() && !has_end) => {
            made.rules.push(rule_of(Kind::Queued, start.clone()));
        }
        None => {}
    }
    of_customer(&mut made, moments, &start, first_reply.is_some());
    let of_agent = |rule: ProposedRule| agents.iter().fold(rule.by_agent(), |rule, column| rule.with(*column));
    let yes = answered.map(|(yes, _)| yes);
    if let Some(assigned) = moments.get(Moment::Assigned)
        && !agents.is_empty()
    {
        made.rules.push(optional(plain(&agents, rule_of(Kind::Assigned, When::at(assigned))), false));
    }
    if !agents.is_empty() {
        let is_closed_by_others = closed.is_some() && by_whom.is_some();
        made.assumptions.extend(of_agents(moments, first_reply.is_some(), picked_up.is_some(), is_closed_by_others));
    }
    if let Some(picked_up) = &picked_up {
        if !agents.is_empty() && moments.get(Moment::Assigned).is_none() {
            made.rules.push(optional(plain(&agents, rule_of(Kind::Assigned, picked_up.clone())).where_(yes), false));
        }
        if first_reply.is_none() {
            made.rules.push(optional(of_agent(rule_of(Kind::Message, picked_up.clone())).where_(yes), false));
        }
    }
    if let Some(first_reply) = &first_reply {
        let has = first_reply.plus.first().map(|plus| ProposedCondition::has(&plus.column));
        made.rules.push(optional(of_agent(rule_of(Kind::Message, first_reply.clone())).where_(has.as_ref()), false));
    }
    if let Some(reopened) = moments.get(Moment::Reopened) {
        made.rules.push(optional(rule_of(Kind::Reopened, When::at(reopened)), false));
    }
    if let Some(closed) = &closed {
        let is_resolved = source_of(candidates, Column::Resolution).is_some();
        let rule = of_agent(rule_of(Kind::Closed, closed.clone()));
        let rule = if is_resolved { rule.with(Column::Resolution) } else { rule };
        let rule = closed_by(rule, by_whom, &mut made.assumptions);
        let has = closed.plus.last().map(|plus| ProposedCondition::has(&plus.column));
        made.rules.push(optional(rule.where_(yes.or(has.as_ref())), false));
    }
    let until_left = of(lengths, DurationKind::UntilLeft).filter(|length| length.question.is_none());
    left(&mut made, moments, &start, closed.as_ref(), until_left.or(waited), answered);
    made.rules.extend(closed.as_ref().or(first_reply.as_ref()).and_then(|at| rated(at, candidates)));
    made
}

/// The wait for an agent, if no instant has its end. Beside a first reply, only a wait in a queue is one.
fn wait_for_agent<'l>(moments: &RowMoments<'_>, lengths: &'l [Length], has_reply: bool) -> Option<&'l Length> {
    if [Moment::Answered, Moment::Assigned].iter().any(|moment| moments.get(*moment).is_some()) {
        return None;
    }
    let is_wait = |length: &&Length| !has_reply || (is_in_queue(&length.column) && length.question.is_none());
    of(lengths, DurationKind::Waited).filter(is_wait)
}

/// Whether a word of a length's name means a queue: `Time in queue`, which as a phrase means a wait.
fn is_in_queue(column: &str) -> bool {
    plain_name(column).split(' ').any(|word| Name::of(word).has(M::Queue))
}

/// The customer's first message. The opening of a ticket counts as a message: replies are measured from then on.
fn of_customer(made: &mut Tickets, moments: &RowMoments<'_>, start: &When, has_reply: bool) {
    let message = |when: When| ProposedRule { actor: Some(Actor::Customer), ..ProposedRule::of(Kind::Message, when) };
    if let Some(wrote) = moments.get(Moment::CustomerWrote) {
        made.rules.push(optional(message(When::at(wrote)), wrote.is_full));
    } else if has_reply {
        made.rules.push(message(start.clone()));
        made.assumptions.push(UnknownFact::FirstMessage.into());
    }
}

/// A rating, at the end or at the reply.
fn rated(at: &When, candidates: &[Candidate]) -> Option<ProposedRule> {
    let score = source_of(candidates, Column::Score)?;
    let has = ProposedCondition::has(&score.source);
    Some(optional(ProposedRule::of(Kind::Rated, at.clone()).with(Column::Score).where_(Some(&has)), false))
}

/// The assumptions if a table does not show when agents took up conversations.
fn of_agents(
    moments: &RowMoments<'_>,
    has_reply: bool,
    is_picked_up: bool,
    is_closed_by_others: bool,
) -> Vec<Assumption> {
    let assigned = moments.get(Moment::Assigned);
    let mut assumed = Vec::new();
    if let Some(assigned) = assigned.filter(|assigned| !assigned.words.has(M::First)) {
        assumed.push(Message::new("assumption.first_assignment").with("instant", assigned.quoted()).into());
    }
    if assigned.is_none() && has_reply && !is_picked_up {
        assumed.push(UnknownFact::TakenUp.into());
    }
    if !has_reply && !is_picked_up && is_closed_by_others {
        assumed.push(UnknownFact::FirstAnswer.into());
    }
    assumed
}

/// A close by the actor in the column of closers, or else by an agent.
pub fn closed_by(rule: ProposedRule, by_whom: Option<Closer>, assumed: &mut Vec<Assumption>) -> ProposedRule {
    let Some(Closer { by, is_agent_name, assumption }) = by_whom else {
        assumed.push(UnknownFact::Closer.into());
        return rule;
    };
    assumed.extend(assumption);
    if !by.is_full {
        assumed.push(Message::new("assumption.closer_where_empty").with("column", &by.column).into());
    }
    ProposedRule { actor_by: Some(by), is_named_by_actor: is_agent_name, ..rule }
}

/// The event that an unanswered customer left.
fn left(
    made: &mut Tickets,
    moments: &RowMoments<'_>,
    start: &When,
    closed: Option<&When>,
    waited: Option<&Length>,
    answered: Option<&(ProposedCondition, ProposedCondition)>,
) {
    if let Some(left) = moments.get(Moment::Left) {
        made.rules.push(optional(ProposedRule::of(Kind::CustomerLeft, When::at(left)), false));
        return;
    }
    let Some((_, no)) = answered else { return };
    let ended = closed.filter(|closed| closed.plus.is_empty());
    // A clock without seconds says less than a wait in seconds.
    let is_clock_of_minutes = |when: &When| {
        let mut formats = when.first.iter().flat_map(|instant| &instant.formats);
        formats.all(|format| format.contains("%M") && !format.contains("%S"))
    };
    let says_more = |length: &Length| length.is_full && matches!(length.plus.unit, "s" | "ms" | "h:m:s");
    let ended = ended.filter(|ended| !is_clock_of_minutes(ended) || !waited.is_some_and(says_more));
    let when = match (ended, waited.map(|length| &length.plus)) {
        (Some(ended), _) => ended.clone(),
        (None, Some(plus)) => start.after(std::slice::from_ref(plus)),
        (None, _) => start.clone(),
    };
    let is_told = |length: &Length| length.is_full || length.span == DurationKind::UntilLeft;
    if ended.is_none() && !waited.is_some_and(is_told) {
        made.assumptions.push(UnknownFact::WaitOfThoseWhoLeft.into());
    }
    made.rules.push(optional(ProposedRule::of(Kind::CustomerLeft, when).where_(Some(no)), false));
}

fn optional(rule: ProposedRule, is_full: bool) -> ProposedRule {
    ProposedRule { is_optional: !is_full, ..rule }
}

/// The rule with the columns of agents, but without an actor.
fn plain(agents: &[Column], rule: ProposedRule) -> ProposedRule {
    agents.iter().fold(rule, |rule, column| rule.with(*column))
}

fn agents(candidates: &[Candidate]) -> Vec<Column> {
    let is_known = |column: &Column| source_of(candidates, *column).is_some();
    if has_agent(candidates) { super::proposal::OF_AGENTS.into_iter().filter(is_known).collect() } else { Vec::new() }
}
