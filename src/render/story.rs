//! Stories of conversations as text, Markdown and JSON.

use unicode_width::UnicodeWidthStr;

use super::{PageFormat, words};
use crate::harmless::{in_json, in_markdown, shown};
use crate::language::Language;
use crate::report::story::{Adds, CountedBy, NotCounted, Stories, Story, StoryEvent};
use crate::time::parse_date;
use crate::unit::Unit;

/// The stories in a format. Names of tables and columns, kinds of events and values are those of logs and lists in
/// every language.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(stories: &Stories, format: PageFormat, language: Language) -> anyhow::Result<String> {
    let page = StoryPage { stories, language };
    let all = |write: &dyn Fn(&Story) -> String| stories.conversations.iter().map(write).collect::<Vec<_>>().join("\n");
    Ok(match format {
        PageFormat::Text => all(&|story| page.text(story)),
        PageFormat::Markdown => all(&|story| page.markdown(story)),
        PageFormat::Json => format!("{}\n", in_json(&serde_json::to_string_pretty(stories)?)),
    })
}

/// The input of a page of stories.
struct StoryPage<'s> {
    stories: &'s Stories,
    language: Language,
}

/// The day of an RFC 3339 instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}

/// The time of day of an RFC 3339 instant, without its offset.
fn time_of_day(instant: &str) -> &str {
    let time = instant.split_once('T').map_or(instant, |(_, time)| time);
    time.split(['Z', '+', '-']).next().unwrap_or(time)
}

/// Maximum number of events listed for a row: nearly all events contribute to a row of `conversations`.
const MOST_EVENTS: usize = 3;

impl StoryPage<'_> {
    fn title(&self, story: &Story) -> String {
        let title = self.language.fill("story.title", &[("id", &story.conversation_id)]);
        story.protocols.iter().fold(title, |title, protocol| {
            self.language.fill("story.ticket", &[("title", &title), ("protocol", protocol)])
        })
    }

    fn horizon(&self) -> String {
        let window = &self.stories.window;
        let instant = words::instant_of_file(self.language, &self.stories.as_of);
        // English has the instants of the flags and of JSON; other languages have the first and last day.
        let dates = (parse_date(day(&window.from)), parse_date(day(&window.to)).map(|end| end.pred_opt()));
        let (from, to) = match dates {
            (Ok(first), Ok(Some(last))) if self.language != Language::English => {
                (self.language.date_long(first), self.language.date_long(last))
            }
            _ => (window.from.clone(), window.to.clone()),
        };
        self.language
            .fill("story.horizon", &[("instant", &instant), ("from", &from), ("to", &to), ("zone", &window.timezone)])
    }

    /// A day; in English as in the log.
    fn day(&self, text: &str) -> String {
        match parse_date(text) {
            Ok(date) if self.language != Language::English => self.language.date_long(date),
            Ok(_) | Err(_) => text.to_owned(),
        }
    }

    /// `message, actor customer, channel web`.
    fn event(&self, event: &StoryEvent) -> String {
        let Some(kind) = event.event else { return self.language.text("story.silence").to_owned() };
        let columns =
            event.columns.iter().map(|(name, value)| format!(", {name} {}", value.as_str().unwrap_or_default()));
        format!("{kind}{}", columns.collect::<String>())
    }

    /// `phase human, held by ana, queue Support, an answer is due since 09:00`.
    fn state(&self, event: &StoryEvent) -> String {
        let language = self.language;
        let phase = language.find(&format!("phase.{}", event.phase)).unwrap_or(event.phase);
        let mut parts = vec![language.fill("story.phase", &[("phase", &phase)])];
        let holder = event.holder.iter().map(|holder| holder.in_language(language));
        parts.extend(holder.map(|holder| language.fill("story.holder", &[("agent", &holder)])));
        parts.extend(event.queue.iter().map(|queue| language.fill("story.queue", &[("name", queue)])));
        let due = event.due_since.iter().map(|since| self.since_when(since, &event.ts));
        parts.extend(due.map(|since| language.fill("story.due", &[("since", &since)])));
        parts.join(", ")
    }

    /// An instant before `now`: only the time if both are on the same day.
    fn since_when(&self, since: &str, now: &str) -> String {
        if day(since) == day(now) {
            time_of_day(since).to_owned()
        } else {
            format!("{} {}", self.day(day(since)), time_of_day(since))
        }
    }

    fn location(&self, event: &StoryEvent) -> String {
        match (&event.file, event.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            (_, _) => self.language.text("story.no_line").to_owned(),
        }
    }

    /// A row's share of a metric, with the events behind the row if they are few.
    fn adds(&self, row: &Adds, open_time: bool) -> String {
        let language = self.language;
        let mut parts = Vec::new();
        parts.extend(row.value_seconds.map(|seconds| {
            let duration = language.value(Unit::Seconds, Some(seconds));
            if open_time { language.fill("story.open_time", &[("duration", &duration)]) } else { duration }
        }));
        parts.extend(
            row.is_in_numerator
                .map(|is| language.text(if is { "story.in_numerator" } else { "story.in_denominator" }).to_owned()),
        );
        parts.extend(row.contribution.map(|number| language.fill("story.adds", &[("number", &number)])));
        parts.extend(row.score.map(|score| score.to_string()));
        if parts.is_empty() {
            parts.push("1".to_owned());
        }
        if (1..=MOST_EVENTS).contains(&row.events.len()) {
            parts.push(format!("({})", row.events.join(", ")));
        }
        parts.join(" ")
    }

    fn counted(&self, metric: &CountedBy) -> String {
        let rows: Vec<String> = metric.rows.iter().map(|row| self.adds(row, metric.open_time)).collect();
        self.language.statements(&rows)
    }

    /// A metric; in English its id, which the next command accepts.
    fn metric(&self, id: &str) -> String {
        match self.language {
            Language::English => id.to_owned(),
            Language::French | Language::Spanish | Language::Portuguese => words::metric(self.language, id),
        }
    }

    fn text(&self, story: &Story) -> String {
        let heading = |key| self.language.text(key);
        let title = shown(&self.title(story));
        let mut out = format!("{title}\n{}\n\n{}\n", self.horizon(), heading("story.events"));
        let mut last_day = "";
        for event in &story.events {
            if day(&event.ts) != last_day {
                last_day = day(&event.ts);
                out.push_str(&format!("  {}\n", self.day(last_day)));
            }
            let (what, location) = (shown(&self.event(event)), shown(&self.location(event)));
            out.push_str(&format!("    {}  {what}  [{location}]\n", time_of_day(&event.ts)));
            for did in &event.did {
                out.push_str(&format!("        - {}\n", shown(&did.in_language(self.language))));
            }
            out.push_str(&format!("        = {}\n", shown(&self.state(event))));
        }
        out.push_str(&format!("\n{}\n", heading("story.facts")));
        for table in &story.facts {
            for row in &table.rows {
                let lines: Vec<_> = cells(row).map(|(name, value)| (name.to_owned(), value)).collect();
                out.push_str(&format!("  {}\n{}", table.table, aligned(&lines, "    ")));
            }
        }
        out.push_str(&format!("\n{}\n", heading("story.counted")));
        out.push_str(&aligned(&self.counted_by(story), "  "));
        out.push_str(&format!("\n{}\n", heading("story.not_counted")));
        out.push_str(&aligned(&self.not_counted_by(story), "  "));
        out
    }

    fn counted_by(&self, story: &Story) -> Vec<(String, String)> {
        story.counted_by.iter().map(|metric| (self.metric(metric.metric), self.counted(metric))).collect()
    }

    fn not_counted_by(&self, story: &Story) -> Vec<(String, String)> {
        let line = |metric: &NotCounted| (self.metric(metric.metric), metric.why.in_language(self.language));
        story.not_counted_by.iter().map(line).collect()
    }

    fn markdown(&self, story: &Story) -> String {
        let heading = |key| self.language.text(key);
        let mut out = format!(
            "# {}\n\n{}\n\n## {}\n\n",
            in_markdown(&self.title(story)),
            in_markdown(&self.horizon()),
            heading("story.events")
        );
        for event in &story.events {
            let at = words::instant_of_file(self.language, &event.ts);
            out.push_str(&format!(
                "- **{at}** {} ({})\n",
                in_markdown(&self.event(event)),
                in_markdown(&self.location(event))
            ));
            for did in &event.did {
                out.push_str(&format!("  - {}\n", in_markdown(&did.in_language(self.language))));
            }
            let then = self.language.fill("story.then", &[("state", &self.state(event))]);
            out.push_str(&format!("  - {}\n", in_markdown(&then)));
        }
        out.push_str(&format!("\n## {}\n", heading("story.facts")));
        for rows in &story.facts {
            for row in &rows.rows {
                let heads = [heading("story.head_column"), heading("story.head_value")];
                let cells: Vec<_> = cells(row).map(|(name, value)| (name.to_owned(), value)).collect();
                out.push_str(&format!("\n### {}\n\n{}", in_markdown(rows.table), table(heads, &cells)));
            }
        }
        out.push_str(&format!("\n## {}\n\n", heading("story.counted")));
        out.push_str(&table([heading("story.head_metric"), heading("story.head_adds")], &self.counted_by(story)));
        out.push_str(&format!("\n## {}\n\n", heading("story.not_counted")));
        out.push_str(&table([heading("story.head_metric"), heading("story.head_why")], &self.not_counted_by(story)));
        out
    }
}

/// The columns of a fact row with their values. The events behind it are in the story.
fn cells(row: &serde_json::Map<String, serde_json::Value>) -> impl Iterator<Item = (&str, String)> {
    let is_shown = |name: &str| name != "conversation_id" && name != "events";
    let items =
        |items: &[serde_json::Value]| items.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", ");
    row.iter().filter(move |(name, _)| is_shown(name)).map(move |(name, value)| {
        let text = match (value.as_str(), value.as_array()) {
            (Some(text), _) => text.to_owned(),
            (None, Some(list)) => items(list),
            (None, None) => value.to_string(),
        };
        (name.as_str(), text)
    })
}

/// Lines of a name and a text, with the texts aligned.
fn aligned(lines: &[(String, String)], indent: &str) -> String {
    let width = lines.iter().map(|(name, _)| shown(name).width()).max().unwrap_or(0);
    let pad = |name: &str| " ".repeat(width - shown(name).width());
    let line = |(name, text): &(String, String)| format!("{indent}{}{}  {}\n", shown(name), pad(name), shown(text));
    lines.iter().map(line).collect()
}

/// A table of two columns.
fn table(heads: [&str; 2], rows: &[(String, String)]) -> String {
    let rows = rows.iter().map(|(name, text)| format!("| {} | {} |\n", in_markdown(name), in_markdown(text)));
    format!("| {} | {} |\n| --- | --- |\n{}", heads[0], heads[1], rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_as_short_as_they_can_be() {
        assert_eq!(time_of_day("2026-03-02T09:00:00.5-03:00"), "09:00:00.5");
        assert_eq!(time_of_day("2026-03-02T09:00:00Z"), "09:00:00");
    }

    #[test]
    fn names_and_texts_are_below_each_other() {
        let lines = [("a", "one"), ("日本", "two")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(aligned(&lines, " "), " a     one\n 日本  two\n");
    }
}
