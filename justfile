# The project's commands by name; `just` alone lists them.

# Built where scripts/test builds, so that polars is built once.
export CARGO_TARGET_DIR := env("CARGO_TARGET_DIR", cache_directory() / "dialogram" / "target")

_list:
    @just --list --unsorted

# Run the program: just run report LOG --to log-end
run *args:
    cargo run --locked -- {{ args }}

# Everything that must hold, as CI runs it
test:
    scripts/test

# Formatting, lints, and licences and advisories of the dependencies (needs cargo-deny)
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    cargo deny --locked check

# Format the code
fmt:
    cargo fmt

# The API's documentation, and the files that the program prints: reference pages of docs/, the schema of the config
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
    scripts/pages

# The documentation as a site in the target folder (needs mdbook)
site:
    scripts/site

# The packages of a release in dist/, each tried: static, deb, wheel, crate, or all of them
package what="all":
    scripts/package {{ what }}

# The time zone database: the newest release, or the one named
tzdata *release:
    scripts/update-tzdata {{ release }}

# The report of the fixture week in the target folder, and from its PDF the README's picture (needs poppler-utils)
week:
    cargo run --locked -- report fixtures/week/events.jsonl --tz America/Sao_Paulo --from 2026-03-02 --to 2026-03-08 -o "$CARGO_TARGET_DIR/week"
    pdftoppm -png -r 110 -f 1 -l 1 -singlefile "$CARGO_TARGET_DIR/week/report.pdf" docs/images/report-page-1
