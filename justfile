# The recipes of every day. `just` lists them.

default:
    @just --list

# The report of the fixture week in the terminal.
week:
    cargo run -- report fixtures/week/events.jsonl --tz America/Sao_Paulo --from 2026-03-02 --to 2026-03-08

# Everything that CI runs.
test:
    scripts/test

lint:
    cargo clippy --all-targets -- -D warnings

fmt:
    cargo fmt

# The pages that the program prints.
docs:
    cargo run -- metrics --format markdown > docs/metrics.md

# The README's picture, from the fixture week.
picture:
    cargo run -- report fixtures/week/events.jsonl --tz America/Sao_Paulo --from 2026-03-02 --to 2026-03-08 --format pdf | pdftoppm -r 90 -f 1 -l 1 -png -singlefile - docs/images/report-page-1

# Current zone data.
tzdata:
    scripts/update-tzdata

# Licences and advisories of all dependencies (needs cargo-deny).
deny:
    cargo deny check
