# Shared by the fault scripts; sourced by bash. $1 is the program, $2 may be --long.
# shellcheck shell=bash

set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$(realpath "${1:?the path of the program}")
long=false
[ "${2:-}" != --long ] || long=true
scratch=$(mktemp -d)
cleanup() { rm -rf "$scratch"; }
trap cleanup EXIT
log=$scratch/log.jsonl
head -n 400 "$root/fixtures/week/events.jsonl" > "$log"
faults=0

wrong() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    faults=$((faults + 1))
}

# The run that is disturbed: a report in three formats into a folder, given as the first argument.
report() {
    with_arguments "$@"
    "${command[@]}"
}

# Its words, in `command`, to run it in the background as a separate command, so that `$!` is the program and not a shell.
with_arguments() {
    command=("$program" report "$log" --to log-end --force --quiet --rejects "$1/rejects.jsonl" -o "$1" "${@:2}")
}

# Makes $scratch/old and $scratch/new: the content of the folder before, and after an undisturbed run.
prepare() {
    mkdir "$scratch/old" "$scratch/new"
    "$program" report "$log" --to log-end --template queues --quiet -o "$scratch/old" 2> /dev/null || wrong 'no old report'
    report "$scratch/new" 2> /dev/null || wrong 'no new report'
}

# Fails if a file of folder $1 is neither the old nor the new one. $2 describes the fault.
whole() {
    local name
    for name in report.json report.csv report.pdf; do
        cmp -s "$1/$name" "$scratch/old/$name" || cmp -s "$1/$name" "$scratch/new/$name" ||
            wrong "$2: $name is neither the old report nor the new one"
    done
}

# Fails if a second run on folder $1 leaves files of the disturbed run, or makes a different report.
again() {
    report "$1" 2> /dev/null || wrong "$2: the next run fails"
    diff -r "$1" "$scratch/new" > /dev/null || wrong "$2: after the next run: $(diff -rq "$1" "$scratch/new" | head -n 3)"
}

finish() {
    printf '%s: %s, %d faults\n' "${0##*/}" "$1" "$faults"
    [ "$faults" -eq 0 ]
}
