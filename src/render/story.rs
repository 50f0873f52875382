//! Stories of conversations as text, Markdown and JSON.

use super::PageFormat;
use crate::report::story::{Adds, Counted, Stories, Story, Told};

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
fn what(event: &Told) -> String {
    let Some(kind) = event.event else { return "silence ended the conversation".to_owned() };
    let columns = event.columns.iter().map(|(name, value)| format!(", {name} {}", value.as_str().unwrap_or_default()));
    format!("{kind}{}", columns.collect::<String>())
}

/// `phase human, held by ana, queue Support, answer due since 09:00`.
fn state(event: &Told) -> String {
    let mut parts = vec![format!("phase {}", event.phase)];
    parts.extend(event.holder.iter().map(|holder| format!("held by {holder}")));
    parts.extend(event.queue.iter().map(|queue| format!("queue {queue}")));
    parts.extend(event.due_since.iter().map(|since| format!("an answer is due since {since}")));
    parts.join(", ")
}

fn place(event: &Told) -> String {
    match (&event.file, event.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (_, _) => "no row".to_owned(),
    }
}

fn adds(row: &Adds) -> String {
    let mut parts = Vec::new();
    parts.extend(row.value_seconds.map(|seconds| format!("{seconds} s")));
    parts.extend(
        row.is_in_numerator.map(|is| if is { "counts for the rate" } else { "counts against the rate" }.to_owned()),
    );
    parts.extend(row.contribution.map(|number| format!("adds {number}")));
    if parts.is_empty() {
        parts.push("1".to_owned());
    }
    if !row.events.is_empty() {
        parts.push(format!("by {}", row.events.join(", ")));
    }
    parts.join(", ")
}

fn counted(metric: &Counted) -> Vec<String> {
    metric.rows.iter().map(adds).collect()
}

fn cells(row: &serde_json::Map<String, serde_json::Value>) -> String {
    let cell = |(name, value): (&String, &serde_json::Value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => match value.as_array() {
            Some(items) => {
                let items: Vec<&str> = items.iter().filter_map(serde_json::Value::as_str).collect();
                format!("{name} {}", items.join(", "))
            }
            None => format!("{name} {value}"),
        },
    };
    row.iter().filter(|(name, _)| *name != "conversation_id").map(cell).collect::<Vec<_>>().join(" · ")
}

fn text(stories: &Stories, story: &Story) -> String {
    let mut out = format!("{}\n{}\n\nEvents\n", title(story), horizon(stories));
    for event in &story.events {
        out.push_str(&format!("  {}  {}  [{}]\n", event.ts, what(event), place(event)));
        event.did.iter().for_each(|did| out.push_str(&format!("      - {did}\n")));
        out.push_str(&format!("      = {}\n", state(event)));
    }
    out.push_str("\nFacts\n");
    for table in &story.facts {
        table.rows.iter().for_each(|row| out.push_str(&format!("  {}: {}\n", table.table, cells(row))));
    }
    out.push_str("\nCounted by\n");
    for metric in &story.counted_by {
        out.push_str(&format!("  {} ({})\n", metric.metric, metric.label));
        for line in counted(metric) {
            out.push_str(&format!("      {line}\n"));
        }
    }
    out.push_str("\nNot counted by\n");
    story.not_counted_by.iter().for_each(|metric| out.push_str(&format!("  {}: {}\n", metric.metric, metric.why)));
    out
}

/// A text of data in Markdown: nothing in it is a mark.
fn plain(text: &str) -> String {
    let marks = ['\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~'];
    text.chars().flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

fn markdown(stories: &Stories, story: &Story) -> String {
    let mut out = format!("# {}\n\n{}\n\n## Events\n\n", plain(&title(story)), plain(&horizon(stories)));
    for event in &story.events {
        out.push_str(&format!("- **{}** {} ({})\n", event.ts, plain(&what(event)), plain(&place(event))));
        event.did.iter().for_each(|did| out.push_str(&format!("  - {}\n", plain(did))));
        out.push_str(&format!("  - then: {}\n", plain(&state(event))));
    }
    out.push_str("\n## Facts\n\n");
    for table in &story.facts {
        let rows = table.rows.iter();
        rows.for_each(|row| out.push_str(&format!("- **{}** {}\n", plain(table.table), plain(&cells(row)))));
    }
    out.push_str("\n## Counted by\n\n");
    for metric in &story.counted_by {
        out.push_str(&format!("- `{}` ({}): {}\n", metric.metric, metric.label, plain(&counted(metric).join("; "))));
    }
    out.push_str("\n## Not counted by\n\n");
    let others = story.not_counted_by.iter();
    others.for_each(|metric| out.push_str(&format!("- `{}`: {}\n", metric.metric, plain(&metric.why))));
    out
}
