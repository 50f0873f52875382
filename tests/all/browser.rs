//! The HTML of reports, snapshots, series, lists and checks in a browser: on a phone, on a screen, on paper and in dark
//! mode. axe-core checks for screen readers, keyboards and weak eyesight, and no page is wider than its window.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::support::{WEEK_LOG, root, success, week};

/// Loads each page in a frame of its width, one after another, and writes the findings as the text of the page.
const HARNESS: &str = r#"
(async () => {
  const found = [];
  for (const [name, width, text] of pages) {
    const frame = document.createElement("iframe");
    frame.style = `border: 0; height: 900px; width: ${width}px`;
    frame.srcdoc = text;
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    const page = frame.contentDocument;
    const script = page.createElement("script");
    script.textContent = axe;
    page.head.append(script);
    const result = await frame.contentWindow.axe.run(page, { resultTypes: ["violations"] });
    const of = (rule) => rule.nodes.slice(0, 3).map((node) => `${rule.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`);
    const findings = result.violations.flatMap(of);
    const wide = page.documentElement.scrollWidth;
    if (wide > width) findings.push(`it is ${wide} pixels wide`);
    found.push({ name, width: frame.contentWindow.innerWidth, rules: result.passes.length, findings });
    frame.remove();
  }
  return found;
})().then((found) => found, (error) => String(error))
  .then((found) => { document.body.textContent = "FOUND " + JSON.stringify(found) + " END"; });
"#;

/// A page for the browser: its name, its width in pixels, its text.
pub fn seen(name: &str, page: &str, is_whole: bool) -> Vec<Value> {
    let mut pages =
        vec![json!([format!("{name} on a phone"), 375, page]), json!([format!("{name} on a screen"), 1280, page])];
    if is_whole {
        // The styles for paper and dark mode, in a browser that shows neither.
        let on_paper = page.replace("@media print", "@media all");
        let in_the_dark = page.replace("(prefers-color-scheme: dark)", "(min-width: 0)");
        assert!(on_paper != page && in_the_dark != page);
        pages.push(json!([format!("{name} on paper"), 688, on_paper]));
        pages.push(json!([format!("{name} in the dark"), 1280, in_the_dark]));
    }
    pages
}

fn html(args: &[&str]) -> String {
    String::from_utf8(success(&[args, &["--format", "html"]].concat())).unwrap()
}

/// A text as a string literal of a script.
fn quoted(value: &Value) -> String {
    value.to_string().replace("</", "<\\/").replace("<!--", "<\\!--")
}

#[test]
fn axe_finds_nothing_on_a_phone_a_screen_on_paper_and_in_the_dark() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("base.json");
    std::fs::write(&baseline, success(&week(&["--quiet", "--format", "json"]))).unwrap();
    let now = folder.path().join("now.json");
    std::fs::write(
        &now,
        success(&["report", WEEK_LOG, "--from", "2026-03-01", "--to", "2026-03-07", "--quiet", "--format", "json"]),
    )
    .unwrap();
    let mut pages = seen("weekly", &html(&week(&["--template", "weekly", "--lang", "fr", "--quiet"])), true);
    let acme = week(&["--template", "conversations", "--quiet", "--brand", "fixtures/brand/acme.toml"]);
    pages.extend(seen("a brand", &html(&acme), true));
    let north = week(&["--template", "queues", "--quiet", "--brand", "fixtures/brand/north.toml"]);
    pages.extend(seen("another brand", &html(&north), true));
    pages.extend(seen("staffing", &html(&week(&["--template", "staffing", "--quiet"])), false));
    pages.extend(seen("snapshot", &html(&["snapshot", WEEK_LOG, "--at", "2026-03-03T15:00:00Z", "--quiet"]), false));
    pages.extend(seen("list", &html(&["list", "--metric", "queue_wait", WEEK_LOG, "--all", "--quiet"]), true));
    let diff = html(&["diff", baseline.to_str().unwrap(), now.to_str().unwrap()]);
    pages.extend(seen("diff", &diff, false));
    look_at(pages);
}

/// Checks pages; there must be no finding.
pub fn look_at(pages: Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let mut axe = String::new();
    let file = std::fs::File::open(root().join("fixtures/axe-core/axe.min.js.gz")).unwrap();
    GzDecoder::new(file).read_to_string(&mut axe).unwrap();
    let count = pages.len();
    let (pages, axe) = (quoted(&Value::Array(pages)), quoted(&Value::String(axe)));
    let script = format!("const pages = {pages};\nconst axe = {axe};\n{HARNESS}");
    let path = folder.path().join("pages.html");
    std::fs::write(&path, format!("<!DOCTYPE html><meta charset=\"utf-8\"><body><script>{script}</script>")).unwrap();
    let said = shown(&path, folder.path());
    let found = said.split_once("FOUND ").and_then(|(_, rest)| rest.rsplit_once(" END"));
    let found = found.unwrap_or_else(|| panic!("the browser found nothing: {said:.400}")).0;
    let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let found: Vec<Value> = serde_json::from_str(&found).unwrap_or_else(|error| panic!("{error}: {found:.400}"));
    assert_eq!(found.len(), count);
    for page in &found {
        assert_eq!(page["findings"], json!([]), "{}", page["name"]);
        assert!(page["rules"].as_u64().unwrap() > 20, "{page}");
        assert!([375, 688, 1280].contains(&page["width"].as_u64().unwrap()), "{page}");
    }
}

/// The text of a page after its scripts ran in Chromium.
fn shown(page: &Path, profile: &Path) -> String {
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.join("profile").display()))
        .args(["--window-size=1400,1000", "--virtual-time-budget=3600000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output();
    let output = output.unwrap_or_else(|error| {
        panic!("this test needs `chromium`, of the Debian package chromium (apt-get install chromium): {error}")
    });
    String::from_utf8(output.stdout).unwrap()
}
