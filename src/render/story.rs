//! Stories of conversations as text, Markdown and JSON.

use unicode_width::UnicodeWidthStr;

use super::PageFormat;
use crate::report::story::{Adds, CountedBy, Stories, Story, StoryEvent};
use crate::unit::Unit;

/// The stories in a format.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(stories: &Stories, format: PageFormat) -> anyhow::Result<String> {
    Ok(match format {
        PageFormat::Text => {
            stories.conversations.iter().map(|story| text(stories, story)).collect::<Vec<_>>().join("\n")
        }
        PageFormat::Markdown => {
            stories.conversations.iter().map(|story| markdown(stories, story)).collect::<Vec<_>>().join("\n")
        }
        PageFormat::Json => format!("{}\n", serde_json::to_string_pretty(stories)?),
    })
}

fn title(story: &Story) -> String {
    let protocols = story.protocols.iter().map(|protocol| format!(", ticket {protocol}"));
    format!("Conversation {}{}", story.conversation_id, protocols.collect::<String>())
}

fn horizon(stories: &Stories) -> String {
    let window = &stories.window;
    format!("as of {}; metrics from {} to {} ({})", stories.as_of, window.from, window.to, window.timezone)
}

/// `message, actor customer, channel web`.
fn event_text(event: &StoryEvent) -> String {
    let Some(kind) = event.event else { return "silence ended the conversation".to_owned() };
    let columns = event.columns.iter().map(|(name, value)| format!(", {name} {}", value.as_str().unwrap_or_default()));
    format!("{kind}{}", columns.collect::<String>())
}

/// `phase human, held by ana, queue Support, an answer is due since 09:00`.
fn state(event: &StoryEvent) -> String {
    let mut parts = vec![format!("phase {}", event.phase)];
    parts.extend(event.holder.iter().map(|holder| format!("held by {holder}")));
    parts.extend(event.queue.iter().map(|queue| format!("queue {queue}")));
    parts
        .extend(event.due_since.iter().map(|since| format!("an answer is due since {}", since_when(since, &event.ts))));
    parts.join(", ")
}

fn place(event: &StoryEvent) -> String {
    match (&event.file, event.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (_, _) => "no row".to_owned(),
    }
}

/// The day of an RFC 3339 instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}

/// The time of day of an RFC 3339 instant, without its offset.
fn clock(instant: &str) -> &str {
    let time = instant.split_once('T').map_or(instant, |(_, time)| time);
    time.split(['Z', '+', '-']).next().unwrap_or(time)
}

/// An instant before another one: the time alone where both are of one day.
fn since_when(since: &str, now: &str) -> String {
    if day(since) == day(now) { clock(since).to_owned() } else { format!("{} {}", day(since), clock(since)) }
}

/// As many events as say something: a row of `conversations` comes of nearly all of them.
const MOST_EVENTS: usize = 3;

/// A row's share of a metric, and the events that made the row where they are few.
fn adds(row: &Adds) -> String {
    let mut parts = Vec::new();
    parts.extend(row.value_seconds.map(|seconds| Unit::Seconds.format(Some(seconds))));
    parts.extend(
        row.is_in_numerator.map(|is| if is { "in the numerator" } else { "in the denominator only" }.to_owned()),
    );
    parts.extend(row.contribution.map(|number| format!("adds {number}")));
    if parts.is_empty() {
        parts.push("1".to_owned());
    }
    if (1..=MOST_EVENTS).contains(&row.events.len()) {
        parts.push(format!("({})", row.events.join(", ")));
    }
    parts.join(" ")
}

fn counted(metric: &CountedBy) -> String {
    metric.rows.iter().map(adds).collect::<Vec<_>>().join("; ")
}

/// The columns of a fact row with their values. The events that made it are those of the story.
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

/// Lines of a name and a text, the texts below each other.
fn aligned(lines: &[(String, String)], indent: &str) -> String {
    let width = lines.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let pad = |name: &str| " ".repeat(width - name.width());
    lines.iter().map(|(name, text)| format!("{indent}{name}{}  {text}\n", pad(name))).collect()
}

fn text(stories: &Stories, story: &Story) -> String {
    let mut out = format!("{}\n{}\n\nEvents\n", title(story), horizon(stories));
    let mut last_day = "";
    for event in &story.events {
        if day(&event.ts) != last_day {
            last_day = day(&event.ts);
            out.push_str(&format!("  {last_day}\n"));
        }
        out.push_str(&format!("    {}  {}  [{}]\n", clock(&event.ts), event_text(event), place(event)));
        event.did.iter().for_each(|did| out.push_str(&format!("        - {did}\n")));
        out.push_str(&format!("        = {}\n", state(event)));
    }
    out.push_str("\nFacts\n");
    for table in &story.facts {
        for row in &table.rows {
            let lines: Vec<_> = cells(row).map(|(name, value)| (name.to_owned(), value)).collect();
            out.push_str(&format!("  {}\n{}", table.table, aligned(&lines, "    ")));
        }
    }
    out.push_str("\nCounted by\n");
    let lines: Vec<_> = story.counted_by.iter().map(|metric| (metric.metric.to_owned(), counted(metric))).collect();
    out.push_str(&aligned(&lines, "  "));
    out.push_str("\nNot counted by\n");
    let lines: Vec<_> =
        story.not_counted_by.iter().map(|metric| (metric.metric.to_owned(), metric.why.clone())).collect();
    out.push_str(&aligned(&lines, "  "));
    out
}

/// A text of data in Markdown: nothing in it is a mark.
fn plain(text: &str) -> String {
    let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~'];
    text.chars().flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

/// A table of two columns.
fn table<'t>(heads: [&str; 2], rows: impl Iterator<Item = (&'t str, String)>) -> String {
    let rows = rows.map(|(name, text)| format!("| {} | {} |\n", plain(name), plain(&text)));
    format!("| {} | {} |\n| --- | --- |\n{}", heads[0], heads[1], rows.collect::<String>())
}

fn markdown(stories: &Stories, story: &Story) -> String {
    let mut out = format!("# {}\n\n{}\n\n## Events\n\n", plain(&title(story)), plain(&horizon(stories)));
    for event in &story.events {
        out.push_str(&format!("- **{}** {} ({})\n", event.ts, plain(&event_text(event)), plain(&place(event))));
        event.did.iter().for_each(|did| out.push_str(&format!("  - {}\n", plain(did))));
        out.push_str(&format!("  - then: {}\n", plain(&state(event))));
    }
    out.push_str("\n## Facts\n");
    for rows in &story.facts {
        for row in &rows.rows {
            out.push_str(&format!("\n### {}\n\n{}", plain(rows.table), table(["column", "value"], cells(row))));
        }
    }
    out.push_str("\n## Counted by\n\n");
    out.push_str(&table(["metric", "adds"], story.counted_by.iter().map(|metric| (metric.metric, counted(metric)))));
    out.push_str("\n## Not counted by\n\n");
    out.push_str(&table(["metric", "why"], story.not_counted_by.iter().map(|of| (of.metric, of.why.clone()))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_as_short_as_they_can_be() {
        assert_eq!(clock("2026-03-02T09:00:00.5-03:00"), "09:00:00.5");
        assert_eq!(clock("2026-03-02T09:00:00Z"), "09:00:00");
        assert_eq!(since_when("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"), "09:00:00");
        assert_eq!(since_when("2026-03-01T09:00:00Z", "2026-03-02T10:00:00Z"), "2026-03-01 09:00:00");
    }

    #[test]
    fn names_and_texts_are_below_each_other() {
        let lines = [("a", "one"), ("日本", "two")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(aligned(&lines, " "), " a     one\n 日本  two\n");
    }
}
