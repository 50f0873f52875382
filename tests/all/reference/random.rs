//! Random logs: nonsense in any order (`Chaos`), conversations as they are lived (`Lifelike`), and both (`Mixed`). All
//! rows are good ones (the program accepts them), the names are few so that they collide, and the gaps are often
//! exactly a limit of the page. A log is made of seeds, one for each event or conversation, so that proptest can shrink
//! it by leaving seeds out.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::event::{Actor, Event, Kind, Resolution, Status};
use super::opening::{Calendar, Interval, Opening};
use super::options::{Compare, Filters, HOUR, MINUTE, Options, SECOND, Sessions, distinct};
use super::period::{Period, Unit};
use super::staffing::Asked;
use super::window::local;

const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Chaos,
    Lifelike,
    Mixed,
}

/// Which columns say where the customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// Queues and departments.
    Queues,
    /// Departments only: they are the queues.
    Departments,
    Neither,
}

/// In which order the rows are in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Sorted,
    Shuffled,
    NewestFirst,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub life: Life,
    /// With conversation ids; without them the sessions are by inactivity.
    pub has_ids: bool,
    pub places: Places,
    pub order: Order,
    /// Texts that must be quoted in CSV, or are not ASCII.
    pub has_odd_texts: bool,
    /// Rows with an `event_id`, some of them twice.
    pub has_repeats: bool,
    /// Rows with the source's own support type.
    pub has_support_types: bool,
    /// Midnight UTC of the day on which the log begins.
    pub begins: i64,
}

/// Logs begin shortly before the clocks change: in New York, on Lord Howe (two each), and once nowhere.
const FIRST_DAYS: [(i32, u32, u32); 5] = [(2026, 3, 6), (2026, 10, 30), (2026, 4, 3), (2026, 10, 2), (2026, 6, 15)];

pub const ZONES: [Tz; 8] = [
    Tz::UTC,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Tokyo,
    Tz::America__Los_Angeles,
    Tz::Asia__Kathmandu,
    Tz::Pacific__Chatham,
    // Midnight is skipped, and occurs twice.
    Tz::Atlantic__Azores,
];

impl Shape {
    /// A lifelike log with ids, queues and nothing odd.
    pub fn plain() -> Shape {
        Shape {
            life: Life::Lifelike,
            has_ids: true,
            places: Places::Queues,
            order: Order::Sorted,
            has_odd_texts: false,
            has_repeats: false,
            has_support_types: false,
            begins: midnight(FIRST_DAYS[0]),
        }
    }

    pub fn random(seed: u64) -> Shape {
        let dice = &mut Dice::new(seed ^ 0x5eed);
        Shape {
            life: *dice.pick(&[Life::Chaos, Life::Lifelike, Life::Mixed]),
            has_ids: dice.chance(60),
            places: *dice.pick(&[Places::Queues, Places::Queues, Places::Queues, Places::Departments, Places::Neither]),
            order: *dice.pick(&[Order::Sorted, Order::Sorted, Order::Sorted, Order::Shuffled, Order::NewestFirst]),
            has_odd_texts: dice.chance(20),
            has_repeats: dice.chance(20),
            has_support_types: dice.chance(25),
            begins: midnight(*dice.pick(&FIRST_DAYS)),
        }
    }
}

fn midnight((year, month, day): (i32, u32, u32)) -> i64 {
    let date = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    date.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

/// A small generator of random numbers (SplitMix64): the same seed gives the same log everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 up to `end`, not including.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// From `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1) as u64) as i64
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        &values[self.below(values.len() as u64) as usize]
    }

    /// A value as often as its weight says.
    pub fn weigh<T: Copy>(&mut self, values: &[(u64, T)]) -> T {
        let mut left = self.below(values.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in values {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        values[0].1
    }

    fn text(&mut self, percent: u64, values: &[&str]) -> Option<String> {
        if self.chance(percent) { Some((*self.pick(values)).to_string()) } else { None }
    }
}

const CHANNELS: [&str; 3] = ["web", "whatsapp", "instagram"];
const DEPARTMENTS: [&str; 3] = ["Sup", "Ven", "Fin"];
const QUEUES: [&str; 3] = ["Q1", "Q2", "Q3"];
const APPS: [&str; 2] = ["loja", "site"];
const AGENTS: [(&str, &str); 4] = [("ana", "Ana"), ("bruno", "Bruno"), ("carla", "Carla"), ("7", "Ana")];
const ODD_TEXTS: [&str; 8] = ["a, b", "a;b", "tab\tin", "say \"hi\"", "two\nlines", "Zoë 日本 🙂", "=1+1", "(none)"];

/// A log of about `size` events. The same arguments give the same log.
pub fn random_log(seed: u64, size: usize, shape: &Shape) -> Vec<Event> {
    let dice = &mut Dice::new(seed);
    let events_a_seed = match shape.life {
        Life::Chaos => 1,
        Life::Lifelike => 12,
        Life::Mixed => 4,
    };
    let seeds: Vec<u64> = (0..size.div_ceil(events_a_seed).max(1)).map(|_| dice.roll()).collect();
    log_of(&seeds, shape)
}

/// The log of these seeds: each makes an event (chaos), a conversation (lifelike), or one or the other (mixed).
pub fn log_of(seeds: &[u64], shape: &Shape) -> Vec<Event> {
    let mut writer = Writer { shape: *shape, breadth: seeds.len() as u64, clocks: BTreeMap::new(), events: Vec::new() };
    for seed in seeds {
        let dice = &mut Dice::new(*seed);
        let is_lifelike = match shape.life {
            Life::Chaos => false,
            Life::Lifelike => true,
            Life::Mixed => dice.chance(25),
        };
        if is_lifelike {
            Story::tell(&mut writer, dice);
        } else {
            writer.nonsense(dice);
        }
    }
    writer.finish(seeds.iter().fold(0, |all, seed| all ^ seed))
}

struct Writer {
    shape: Shape,
    /// How many seeds there are: more seeds, more conversations and customers.
    breadth: u64,
    /// The last instant of each conversation (with ids) or customer (without).
    clocks: BTreeMap<String, i64>,
    events: Vec<Event>,
}

impl Writer {
    /// An event of any kind for any conversation, at any time after its last.
    fn nonsense(&mut self, dice: &mut Dice) {
        if !self.events.is_empty() && dice.chance(8) {
            self.exact_follow_up(dice);
            return;
        }
        let kind = random_kind(dice);
        if kind == Kind::AgentStatus {
            let ts = self.shape.begins + dice.between(0, 3 * DAY / SECOND) * SECOND;
            self.agent_status(ts, dice);
            return;
        }
        let mut event = if dice.chance(50) && self.shape.life == Life::Mixed && !self.events.is_empty() {
            self.beside_another(kind, dice)
        } else {
            self.after_the_last(kind, dice)
        };
        event.channel = dice.text(75, &CHANNELS[..2]);
        event.actor = Some(random_actor(dice));
        self.fill(&mut event, dice);
        self.events.push(event);
    }

    /// An event that follows another exactly at a limit of the page, or a millisecond off.
    fn exact_follow_up(&mut self, dice: &mut Dice) {
        let entries = [Kind::Assigned, Kind::Queued, Kind::TransferSucceeded, Kind::Closed];
        let others: Vec<&Event> = self.events.iter().filter(|event| entries.contains(&event.kind)).collect();
        if others.is_empty() {
            return;
        }
        let other = (*dice.pick(&others)).clone();
        let off_by = *dice.pick(&[0, 0, -1, 1]);
        let mut event = Event { ts: other.ts + off_by, ..Event::message(0, Actor::Agent) };
        event.conversation_id.clone_from(&other.conversation_id);
        event.customer_id.clone_from(&other.customer_id);
        event.channel.clone_from(&other.channel);
        match other.kind {
            // Not yet a no-show, or just one.
            Kind::Assigned => {
                event.ts += DAY;
                event.agent_id = other.agent();
            }
            // The customer is back within the return window, or just after.
            Kind::Closed => {
                event.ts += 3 * DAY;
                event.conversation_id = other.conversation_id.map(|_| format!("r{}", self.events.len()));
                let greeting = Event { actor: Some(Actor::Customer), ..event.clone() };
                self.events.push(greeting);
            }
            // Within the service level, or just not.
            _ => event.ts += MINUTE,
        }
        self.events.push(event);
    }

    /// In the conversation of another event, at that instant or a gap later, so that it may be in between.
    fn beside_another(&self, kind: Kind, dice: &mut Dice) -> Event {
        let other = dice.pick(&self.events).clone();
        let mut event = Event::new(other.ts + gap(dice), kind);
        event.conversation_id = other.conversation_id.or_else(|| self.shape.has_ids.then(|| "c1".to_string()));
        event.customer_id = other.customer_id.or_else(|| Some("u1".to_string()));
        event
    }

    /// In one of a few conversations, after its last event or as its first.
    fn after_the_last(&mut self, kind: Kind, dice: &mut Dice) -> Event {
        let count = if self.shape.has_ids { self.breadth.div_ceil(8) } else { self.breadth.div_ceil(16) };
        let number = dice.below(count.min(40)) + 1;
        let customer = if number % 5 == 4 { "u/4".to_string() } else { format!("u{}", number % 5) };
        let clock = if self.shape.has_ids { format!("c{number}") } else { customer.clone() };
        let ts = match self.clocks.get(&clock) {
            Some(last) => last + gap(dice),
            None => self.first_instant(dice),
        };
        self.clocks.insert(clock.clone(), ts);
        let mut event = Event::new(ts, kind);
        if self.shape.has_ids {
            event.conversation_id = Some(clock);
            event.customer_id = if dice.chance(80) { Some(customer) } else { dice.text(40, &["u1", "u2", "u3"]) };
        } else {
            event.customer_id = Some(customer);
        }
        event
    }

    /// Where a conversation begins: near the beginning of the log, or a gap after something else.
    fn first_instant(&self, dice: &mut Dice) -> i64 {
        let others: Vec<i64> = self.clocks.values().copied().collect();
        if others.is_empty() || dice.chance(40) {
            return self.shape.begins + dice.between(0, 2 * DAY / MINUTE) * MINUTE;
        }
        *dice.pick(&others) + gap(dice)
    }

    /// The values that a kind needs, and some of those it may have.
    fn fill(&self, event: &mut Event, dice: &mut Dice) {
        match event.kind {
            Kind::Message | Kind::Closed => {}
            _ => event.actor = None,
        }
        match event.kind {
            Kind::Assigned => name_agent(event, 100, dice),
            Kind::Message if event.actor == Some(Actor::Agent) => name_agent(event, 85, dice),
            Kind::Closed => {
                let percent = if event.actor == Some(Actor::Agent) { 60 } else { 15 };
                name_agent(event, percent, dice);
                event.resolution =
                    dice.weigh(&[(6, None), (3, Some(Resolution::Resolved)), (1, Some(Resolution::Unresolved))]);
            }
            Kind::Rated => rate(event, dice),
            Kind::StatusChanged => event.status = Some(*dice.pick(&Status::OF_CONVERSATIONS)),
            Kind::Transferred => self.destination(event, dice),
            _ => {}
        }
        let enters = matches!(event.kind, Kind::Queued | Kind::TransferSucceeded);
        self.place(event, if enters { 70 } else { 8 }, dice);
        event.app = event.app.take().or_else(|| dice.text(20, &APPS));
        event.contact = event.contact.take().or_else(|| dice.text(15, &["Maria", "José", "+55 11 98765"]));
        event.protocol = event.protocol.take().or_else(|| dice.text(10, &["P1", "P2"]));
        event.tags = event.tags.take().or_else(|| dice.text(12, &["vip", "b;a; b", " vip ;Vip", "; ;", "(none);b"]));
        event.plan = event.plan.take().or_else(|| dice.text(12, &["gold", "silver", "(none)", "0:4:gold1:!"]));
        event.region = event.region.take().or_else(|| dice.text(12, &["south", "north; \"far\"", "é"]));
        if self.shape.has_support_types {
            event.support_type = dice.text(8, &["vip", "automated"]);
        }
        if self.shape.has_odd_texts && dice.chance(30) {
            let text = Some((*dice.pick(&ODD_TEXTS)).to_string());
            match dice.below(4) {
                0 => event.contact = text,
                1 => event.app = text,
                2 => event.protocol = text,
                _ if event.agent_id.is_some() => event.agent_name = text,
                _ => event.contact = text,
            }
        }
    }

    fn place(&self, event: &mut Event, percent: u64, dice: &mut Dice) {
        if self.shape.places == Places::Queues {
            event.queue = event.queue.take().or_else(|| dice.text(percent, &QUEUES));
        }
        if self.shape.places != Places::Neither {
            event.department = event.department.take().or_else(|| dice.text(percent, &DEPARTMENTS[..2]));
        }
    }

    /// An agent, a queue, a department: every combination but none of them.
    fn destination(&self, event: &mut Event, dice: &mut Dice) {
        let choice = match self.shape.places {
            Places::Queues => dice.between(1, 7),
            Places::Departments => *dice.pick(&[1, 4, 5]),
            Places::Neither => 1,
        };
        if choice & 1 != 0 {
            event.to_agent_id = Some(dice.pick(&AGENTS).0.to_string());
        }
        if choice & 2 != 0 {
            event.to_queue = dice.text(100, &QUEUES);
        }
        if choice & 4 != 0 {
            event.to_department = dice.text(100, &DEPARTMENTS[..2]);
        }
        name_agent(event, 40, dice);
    }

    fn agent_status(&mut self, ts: i64, dice: &mut Dice) {
        let mut event = Event::new(ts, Kind::AgentStatus);
        name_agent(&mut event, 100, dice);
        event.status = Some(*dice.pick(&Status::OF_AGENTS));
        event.capacity = dice.chance(50).then(|| dice.between(0, 5));
        self.events.push(event);
    }

    /// The rows in the order of the file.
    fn finish(mut self, seed: u64) -> Vec<Event> {
        let dice = &mut Dice::new(seed);
        self.events.sort_by_key(|event| event.ts);
        if self.shape.has_repeats {
            self.repeat(dice);
        }
        match self.shape.order {
            Order::Sorted => {}
            Order::NewestFirst => self.events.reverse(),
            Order::Shuffled => {
                for place in (1..self.events.len()).rev() {
                    self.events.swap(place, dice.below(place as u64 + 1) as usize);
                }
            }
        }
        self.events
    }

    /// Some events have an id, and some of those are twice, one after the other or further on.
    fn repeat(&mut self, dice: &mut Dice) {
        let mut events: Vec<Event> = Vec::new();
        for (number, mut event) in std::mem::take(&mut self.events).into_iter().enumerate() {
            if dice.chance(50) {
                event.event_id = Some(format!("e{number}"));
            }
            events.push(event.clone());
            if event.event_id.is_some() && dice.chance(10) {
                events.push(event);
            }
        }
        self.events = events;
    }
}

/// An agent by id, by id and name, or by name only.
fn name_agent(event: &mut Event, percent: u64, dice: &mut Dice) {
    let (id, name) = *dice.pick(&AGENTS);
    if !dice.chance(percent) {
        return;
    }
    let (has_id, has_name) = dice.weigh(&[(5, (true, false)), (3, (true, true)), (1, (false, true))]);
    event.agent_id = has_id.then(|| id.to_string());
    event.agent_name = has_name.then(|| name.to_string());
}

fn random_kind(dice: &mut Dice) -> Kind {
    dice.weigh(&[
        (44, Kind::Message),
        (3, Kind::Started),
        (6, Kind::TransferRequested),
        (5, Kind::TransferSucceeded),
        (3, Kind::TransferCancelled),
        (2, Kind::TransferDisabled),
        (2, Kind::TransferIncomplete),
        (6, Kind::Queued),
        (7, Kind::Assigned),
        (7, Kind::Transferred),
        (6, Kind::Closed),
        (2, Kind::Reopened),
        (2, Kind::CustomerLeft),
        (3, Kind::Rated),
        (3, Kind::StatusChanged),
        (2, Kind::AgentStatus),
    ])
}

fn random_actor(dice: &mut Dice) -> Actor {
    dice.weigh(&[(8, Actor::Customer), (7, Actor::Agent), (4, Actor::Bot), (2, Actor::System)])
}

/// From an event to the next of its conversation: often at once, often exactly a limit.
fn gap(dice: &mut Dice) -> i64 {
    let exact = dice.weigh(&[
        (22, Some(0)),
        (1, Some(1)),
        (8, Some(MINUTE)),
        (2, Some(MINUTE - 1)),
        (2, Some(MINUTE + 1)),
        (6, Some(10 * MINUTE)),
        (4, Some(10 * MINUTE - 1)),
        (2, Some(10 * MINUTE + 1)),
        (3, Some(DAY)),
        (2, Some(DAY - 1)),
        (3, Some(DAY + 1)),
        (2, Some(3 * DAY)),
        (1, Some(3 * DAY + 1)),
        (42, None),
    ]);
    exact.unwrap_or_else(|| {
        let longest = dice.weigh(&[(25, MINUTE), (15, HOUR), (4, 30 * HOUR)]);
        dice.between(1, longest)
    })
}

/// One conversation as it is lived.
struct Story<'a> {
    writer: &'a mut Writer,
    dice: &'a mut Dice,
    now: i64,
    conversation: Option<String>,
    customer: Option<String>,
    channel: Option<String>,
    app: Option<String>,
    contact: Option<String>,
    queue: Option<String>,
    department: Option<String>,
    agent: &'static str,
}

impl Story<'_> {
    fn tell(writer: &mut Writer, dice: &mut Dice) {
        let customers = writer.breadth.div_ceil(2) + 1;
        let customer = format!("u{}", dice.below(customers));
        let number = writer.clocks.len() + 1;
        let has_ids = writer.shape.has_ids;
        let busy_until = writer.clocks.get(&customer).copied();
        let now = match busy_until {
            Some(last) if !has_ids || dice.chance(60) => {
                last + *dice.pick(&[HOUR, 2 * DAY, 3 * DAY, 3 * DAY + 1, 4 * DAY, 20 * MINUTE])
            }
            _ => writer.shape.begins + dice.between(0, 9) * DAY + dice.between(8 * 60, 22 * 60) * MINUTE,
        };
        let channel = dice.text(92, &CHANNELS);
        let app = dice.text(70, &APPS);
        let contact = dice.text(60, &["Maria", "José", "Lee"]);
        let queue = dice.text(85, &QUEUES);
        let department = dice.text(85, &DEPARTMENTS);
        let agent = dice.pick(&AGENTS).0;
        let mut story = Story {
            conversation: has_ids.then(|| format!("s{number}")),
            customer: if has_ids && dice.chance(6) { None } else { Some(customer.clone()) },
            writer,
            dice,
            now,
            channel,
            app,
            contact,
            queue,
            department,
            agent,
        };
        story.run();
        let end = story.now;
        writer.clocks.insert(customer, end);
        // So that every story has its number.
        writer.clocks.insert(format!("s{number}"), end);
    }

    fn run(&mut self) {
        if self.dice.chance(25) {
            let (ts, dice) = (self.now - self.dice.between(0, 60) * MINUTE, &mut *self.dice);
            self.writer.agent_status(ts, dice);
        }
        self.opening();
        let is_with_people = self.reach_people();
        if is_with_people && self.be_assigned() {
            self.talk();
            if self.dice.chance(30) {
                self.hand_on();
                self.talk();
            }
        }
        self.ending();
        if self.dice.chance(15) {
            self.come_back();
        }
    }

    fn opening(&mut self) {
        if self.dice.chance(20) {
            self.add(Kind::Started);
        }
        match self.dice.below(10) {
            0 => self.say(Actor::Agent),
            1 | 2 => self.say(Actor::Bot),
            _ => self.say(Actor::Customer),
        }
        if self.dice.chance(70) {
            self.pause(&[SECOND, 2 * SECOND]);
            self.say(Actor::Bot);
        }
        for _ in 0..self.dice.below(4) {
            self.pause(&[5 * SECOND, 30 * SECOND, 9 * MINUTE]);
            self.say(Actor::Customer);
            if self.dice.chance(50) {
                self.pause(&[SECOND]);
                self.say(Actor::Bot);
            }
        }
    }

    /// Does the conversation come to people?
    fn reach_people(&mut self) -> bool {
        self.pause(&[SECOND, 20 * SECOND]);
        match self.dice.below(10) {
            0 | 1 => return false,
            2 => self.enter(Kind::Queued),
            3 => {}
            4 => {
                self.enter(Kind::TransferSucceeded);
            }
            _ => return self.request(),
        }
        true
    }

    fn request(&mut self) -> bool {
        self.add(Kind::TransferRequested);
        self.pause(&[0, SECOND, 40 * SECOND]);
        if self.dice.chance(8) {
            self.add(Kind::TransferRequested);
        }
        match self.dice.below(20) {
            0 | 1 => self.add(Kind::TransferCancelled),
            2 => self.add(Kind::TransferDisabled),
            3 => self.add(Kind::TransferIncomplete),
            4 => {}
            5 | 6 => {
                self.enter(Kind::Queued);
                return true;
            }
            _ => {
                self.enter(Kind::TransferSucceeded);
                return true;
            }
        }
        false
    }

    /// Does an agent take it?
    fn be_assigned(&mut self) -> bool {
        self.pause(&[5 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE, 40 * MINUTE]);
        match self.dice.below(20) {
            0 | 1 => self.add(Kind::CustomerLeft),
            2 => self.add(Kind::TransferCancelled),
            3 => self.close(Actor::System),
            4 => {}
            5..=7 => return true,
            8 => {
                let agent = self.agent;
                let (queue, with_queue) = (self.queue.clone(), self.dice.chance(50));
                self.add_with(Kind::Transferred, |event| {
                    event.to_agent_id = Some(agent.to_string());
                    event.to_queue = queue.filter(|_| with_queue);
                });
                return true;
            }
            _ => {
                self.assign();
                return true;
            }
        }
        false
    }

    fn assign(&mut self) {
        let agent = self.agent;
        self.add_with(Kind::Assigned, |event| event.agent_id = Some(agent.to_string()));
    }

    fn talk(&mut self) {
        if self.dice.chance(6) {
            // A no-show, or just not one.
            self.pause(&[DAY, DAY + 1, 2 * DAY]);
            if self.dice.chance(50) {
                return;
            }
        }
        for _ in 0..=self.dice.below(3) {
            self.pause(&[10 * SECOND, 40 * SECOND, MINUTE, 3 * MINUTE, 12 * MINUTE]);
            self.say(Actor::Agent);
            if self.dice.chance(8) {
                let status = *self.dice.pick(&Status::OF_CONVERSATIONS);
                self.add_with(Kind::StatusChanged, |event| event.status = Some(status));
            }
            if self.dice.chance(75) {
                self.pause(&[15 * SECOND, 2 * MINUTE, 15 * MINUTE]);
                self.say(Actor::Customer);
            }
        }
    }

    /// The conversation goes to another agent, queue or department.
    fn hand_on(&mut self) {
        self.pause(&[0, 30 * SECOND]);
        let next = self.dice.pick(&AGENTS).0;
        let (queue, department) = (self.dice.text(100, &QUEUES), self.dice.text(100, &DEPARTMENTS));
        let writer_places = self.writer.shape.places;
        let choice = self.dice.below(7);
        match choice {
            0 => self.enter(Kind::Queued),
            // Another agent is assigned, or simply writes.
            1 | 2 => self.agent = next,
            _ => {
                let (to_agent, to_queue, to_department) = match (writer_places, choice) {
                    (Places::Neither, _) | (_, 3) => (Some(next), None, None),
                    (Places::Queues, 4) => (None, queue, None),
                    (_, 4 | 5) => (None, None, department),
                    (Places::Queues, _) => (Some(next), queue, department),
                    (Places::Departments, _) => (Some(next), None, department),
                };
                let is_picked_up = to_agent.is_some();
                self.queue = to_queue.clone().or(self.queue.take());
                self.department = to_department.clone().or(self.department.take());
                self.add_with(Kind::Transferred, |event| {
                    event.to_agent_id = to_agent.map(str::to_string);
                    event.to_queue = to_queue;
                    event.to_department = to_department;
                });
                self.agent = next;
                if is_picked_up {
                    return;
                }
            }
        }
        self.pause(&[20 * SECOND, MINUTE, 10 * MINUTE]);
        if choice != 2 && self.dice.chance(80) {
            self.assign();
        }
    }

    fn ending(&mut self) {
        self.pause(&[20 * SECOND, 10 * MINUTE, 2 * HOUR]);
        let is_rated_before = self.dice.chance(10);
        if is_rated_before {
            self.rate();
        }
        match self.dice.below(20) {
            0..=10 => self.close(Actor::Agent),
            11 | 12 => self.close(Actor::System),
            13 => self.close(Actor::Bot),
            14 => self.close(Actor::Customer),
            15 => self.add(Kind::CustomerLeft),
            _ => return,
        }
        if self.dice.chance(40) {
            self.pause(&[10 * SECOND, HOUR]);
            self.rate();
        }
    }

    /// The customer writes again, or somebody reopens it.
    fn come_back(&mut self) {
        self.pause(&[5 * MINUTE, HOUR, DAY]);
        if self.dice.chance(30) {
            self.add(Kind::Reopened);
        } else {
            self.say(Actor::Customer);
        }
        if self.dice.chance(60) {
            self.pause(&[MINUTE]);
            self.say(Actor::Agent);
            self.pause(&[MINUTE]);
            self.close(Actor::Agent);
        }
    }

    fn pause(&mut self, lengths: &[i64]) {
        let length = *self.dice.pick(lengths);
        // Mostly not quite so exact.
        let blur = if (10 * SECOND..DAY).contains(&length) && self.dice.chance(60) {
            self.dice.between(0, length / 2)
        } else {
            0
        };
        self.now += length + blur;
    }

    fn say(&mut self, actor: Actor) {
        let is_named = self.dice.chance(90);
        let agent = self.agent;
        self.add_with(Kind::Message, |event| {
            event.actor = Some(actor);
            event.agent_id = (actor == Actor::Agent && is_named).then(|| agent.to_string());
        });
    }

    fn close(&mut self, actor: Actor) {
        let resolution =
            self.dice.weigh(&[(6, None), (3, Some(Resolution::Resolved)), (1, Some(Resolution::Unresolved))]);
        let agent = (actor == Actor::Agent && self.dice.chance(40)).then(|| self.agent.to_string());
        self.add_with(Kind::Closed, |event| {
            event.actor = Some(actor);
            event.agent_id = agent;
            event.resolution = resolution;
        });
    }

    fn rate(&mut self) {
        let mut rating = Event::new(0, Kind::Rated);
        rate(&mut rating, self.dice);
        self.add_with(Kind::Rated, |event| (event.survey, event.score) = (rating.survey, rating.score));
    }

    fn enter(&mut self, kind: Kind) {
        let (queue, department) = (self.queue.clone(), self.department.clone());
        let places = self.writer.shape.places;
        self.add_with(kind, |event| {
            event.queue = queue.filter(|_| places == Places::Queues);
            event.department = department.filter(|_| places != Places::Neither);
        });
    }

    fn add(&mut self, kind: Kind) {
        self.add_with(kind, |_| ());
    }

    fn add_with(&mut self, kind: Kind, set: impl FnOnce(&mut Event)) {
        let mut event = Event::new(self.now, kind);
        event.conversation_id.clone_from(&self.conversation);
        event.customer_id.clone_from(&self.customer);
        event.channel.clone_from(&self.channel);
        event.app.clone_from(&self.app);
        event.contact.clone_from(&self.contact);
        set(&mut event);
        // A story goes where it wants to; only the places that the log does not have are taken out.
        if self.writer.shape.places != Places::Queues {
            event.to_queue = None;
        }
        if self.writer.shape.has_support_types && self.dice.chance(3) {
            event.support_type = Some("vip".to_string());
        }
        if self.writer.shape.has_odd_texts && self.dice.chance(5) {
            event.protocol = Some((*self.dice.pick(&ODD_TEXTS)).to_string());
        }
        self.writer.events.push(event);
    }
}

/// Options that fit a log: a window in it, a horizon, other limits and filters that hit something.
pub fn random_options(seed: u64, log: &[Event]) -> Options {
    let dice = &mut Dice::new(seed ^ 0x0971_0215);
    let zone = *dice.pick(&ZONES);
    let instants: Vec<i64> = log.iter().map(|event| event.ts).collect();
    let some_instant = |dice: &mut Dice| if instants.is_empty() { 0 } else { *dice.pick(&instants) };
    let first_day = local(zone, some_instant(dice)).date - Days::new(dice.below(3));
    let last_day = first_day + Days::new(dice.below(8));
    let mut options = Options { zone, ..Options::new(first_day, last_day) };
    if dice.chance(25) {
        let period = Period::of(*dice.pick(&Unit::ALL), first_day);
        (options.first_day, options.last_day) = period.days;
        options.period = Some(period);
    }
    if dice.chance(35) {
        options.opening = Some(random_opening(log, first_day, dice));
    }
    if dice.chance(40) {
        options.trend = Some(2 + dice.below(5) as usize);
    }
    if dice.chance(50) {
        options.staffing = Asked {
            agent_concurrency: *dice.pick(&[1.0, 1.0, 2.0, 2.5]),
            target: *dice.pick(&[(80.0, 60.0), (90.0, 20.0), (99.5, 0.0), (50.0, 600.0)]),
            handling: dice.chance(30).then(|| *dice.pick(&[0.0, 90.0, 300.0, 5_400.0])),
            volume: dice.chance(30).then(|| *dice.pick(&[-100, -50, 10, 250])),
        };
    }
    let requests: Vec<&Event> = log.iter().filter(|event| event.kind == Kind::TransferRequested).collect();
    if !requests.is_empty() && dice.chance(20) {
        // While a request may be undecided.
        options.as_of = Some(dice.pick(&requests).ts + *dice.pick(&[0, 0, 0, MINUTE, 10 * MINUTE - 1, 10 * MINUTE]));
    } else if dice.chance(45) {
        let later = *dice.pick(&[0, 0, 0, -1, 1, MINUTE, 10 * MINUTE, 10 * MINUTE - 1, DAY, DAY + 1, 4 * DAY]);
        options.as_of = Some(some_instant(dice) + later);
    }
    if dice.chance(25) {
        random_limits(&mut options, dice);
    }
    if dice.chance(45) {
        options.filters = random_filters(log, dice);
    }
    options.has_attributes = dice.chance(40);
    let has_ids = log.iter().any(|event| event.conversation_id.is_some());
    let all_have_customers = log.iter().all(|event| event.customer_id.is_some() || event.kind == Kind::AgentStatus);
    if has_ids && all_have_customers && dice.chance(25) {
        let across = dice.chance(40);
        options.sessions = Some(if across { Sessions::InactivityAcrossChannels } else { Sessions::Inactivity });
    }
    if dice.chance(25) {
        let other = local(zone, some_instant(dice)).date - Days::new(2) + Days::new(dice.below(5));
        options.compare = if dice.chance(20) { Compare::None } else { Compare::From(other) };
    }
    options
}

/// Calendars with intervals over midnight, that overlap, and on days that clocks change.
fn random_opening(log: &[Event], day: NaiveDate, dice: &mut Dice) -> Opening {
    let intervals = |dice: &mut Dice| -> Vec<Interval> {
        let times = [0, 30, 60, 90, 120, 135, 150, 180, 480, 540, 720, 780, 1080, 1320, 1439];
        let one = |dice: &mut Dice| {
            let to = if dice.chance(10) { 1440 } else { *dice.pick(&times) };
            (*dice.pick(&times), to)
        };
        (0..dice.below(3)).map(|_| one(dice)).collect()
    };
    let calendar = |has_week: bool, dice: &mut Dice| {
        let week = has_week.then(|| std::array::from_fn(|_| intervals(dice)));
        let dates = (0..dice.below(3)).map(|_| (day + Days::new(dice.below(6)), intervals(dice))).collect();
        Calendar { week, dates }
    };
    let zone = dice.chance(40).then(|| *dice.pick(&ZONES));
    let default = calendar(true, dice);
    let named = |values: Vec<String>, dice: &mut Dice| -> BTreeMap<String, Calendar> {
        let kept: Vec<String> = values.into_iter().filter(|_| dice.chance(40)).collect();
        kept.into_iter().map(|name| (name, calendar(dice.chance(70), dice))).collect()
    };
    let queues = named(distinct(log.iter().map(|event| &event.queue)), dice);
    let departments = named(distinct(log.iter().map(|event| &event.department)), dice);
    Opening { zone, default, queues, departments }
}

fn random_limits(options: &mut Options, dice: &mut Dice) {
    let lengths = [MINUTE, 5 * MINUTE, 10 * MINUTE, HOUR, DAY, 3 * DAY];
    let limits = [
        &mut options.inactivity,
        &mut options.human_inactivity,
        &mut options.inactive_after,
        &mut options.return_window,
        &mut options.service_level,
    ];
    for limit in limits {
        if dice.chance(50) {
            *limit = *dice.pick(&lengths);
        }
    }
}

/// One to three filters, of values that occur and sometimes of one that does not.
fn random_filters(log: &[Event], dice: &mut Dice) -> Filters {
    let mut filters = Filters::default();
    for _ in 0..=dice.below(3) {
        match dice.below(12) {
            10 => filters.plan = some_of(["gold", "silver", "(none)", "copper"].map(String::from).to_vec(), dice),
            11 => filters.region = some_of(distinct(log.iter().map(|event| &event.region)), dice),
            0 => filters.channel = some_of(distinct(log.iter().map(|event| &event.channel)), dice),
            1 => filters.department = some_of(distinct(log.iter().map(|event| &event.department)), dice),
            2 => filters.queue = some_of(distinct(log.iter().map(|event| &event.queue)), dice),
            3 => filters.agent = some_of(distinct(log.iter().map(|event| &event.agent_id)), dice),
            4 => filters.agent = some_of(distinct(log.iter().map(|event| &event.agent_name)), dice),
            5 => filters.app = some_of(distinct(log.iter().map(|event| &event.app)), dice),
            6 => {
                filters.support_type =
                    some_of(["automated", "assisted", "agent", "vip"].map(String::from).to_vec(), dice)
            }
            7 => filters.contact = vec![(*dice.pick(&["mar", "JOSÉ", "é", "98765"])).to_string()],
            8 => {
                let from = dice.below(24) as u32;
                let to = from + 1 + dice.below(12) as u32;
                filters.hours = Some((from, if to > 24 { to - 24 } else { to }));
            }
            _ => filters.weekdays = Some((dice.below(7) as u32, dice.below(7) as u32)),
        }
    }
    filters
}

fn some_of(values: Vec<String>, dice: &mut Dice) -> Vec<String> {
    if values.is_empty() {
        return Vec::new();
    }
    (0..=dice.below(2)).map(|_| dice.pick(&values).clone()).collect()
}

/// Leaves out what it can of a log while it still fails: for logs of `random_log`, which proptest does not shrink. Nothing with
/// `DIALOGRAM_MINIMISE=no`, for runs that only ask whether a test fails.
pub fn minimise(log: &[Event], fails: impl Fn(&[Event]) -> bool) -> Vec<Event> {
    let mut log = log.to_vec();
    if std::env::var_os("DIALOGRAM_MINIMISE").is_some_and(|value| value == "no") {
        return log;
    }
    let mut chunk = log.len().div_ceil(2);
    while chunk > 0 {
        let mut place = 0;
        while place < log.len() {
            let mut shorter = log.clone();
            shorter.drain(place..(place + chunk).min(log.len()));
            if fails(&shorter) {
                log = shorter;
            } else {
                place += chunk;
            }
        }
        chunk /= 2;
    }
    log
}

// Strategies.

pub fn any_shape() -> impl Strategy<Value = Shape> {
    any::<u64>().prop_map(Shape::random)
}

/// A log with its shape, of at most so many seeds (about 1, 4 or 12 events each). Shrinks by leaving seeds out.
pub fn any_log(most_seeds: usize) -> impl Strategy<Value = (Shape, Vec<Event>)> {
    let seeds = prop::collection::vec(any::<u64>().no_shrink(), 1..=most_seeds.max(1));
    (any_shape().no_shrink(), seeds).prop_map(|(shape, seeds)| {
        let log = log_of(&seeds, &shape);
        (shape, log)
    })
}

/// A log of this shape.
pub fn log_like(shape: Shape, most_seeds: usize) -> impl Strategy<Value = Vec<Event>> {
    let seeds = prop::collection::vec(any::<u64>().no_shrink(), 1..=most_seeds.max(1));
    seeds.prop_map(move |seeds| log_of(&seeds, &shape))
}

/// A log and options that fit it.
pub fn any_log_and_options(most_seeds: usize) -> impl Strategy<Value = (Vec<Event>, Options)> {
    (any_log(most_seeds), any::<u64>().no_shrink()).prop_map(|((_, log), seed)| {
        let options = random_options(seed, &log);
        (log, options)
    })
}

/// A score of one of the surveys, in its range.
fn rate(event: &mut Event, dice: &mut Dice) {
    let surveys = [(5, None), (1, Some("nps")), (3, Some("csat")), (2, Some("thumbs"))];
    let survey: Option<&str> = dice.weigh(&surveys);
    let (lowest, highest) = match survey {
        Some("csat") => (1, 5),
        Some("thumbs") => (0, 1),
        _ => (0, 10),
    };
    event.survey = survey.map(str::to_string);
    event.score = Some(dice.between(lowest, highest));
}
