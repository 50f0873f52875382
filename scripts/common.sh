# Shared by scripts/test and scripts/package; sourced by bash.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

say() { printf '\n== %s (at %d s)\n' "$1" "$SECONDS"; }

fail() {
    printf 'scripts/%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

has() { type -P "$1" > /dev/null; }

# Runs a command as root, with sudo if necessary; never asks a question.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@" < /dev/null
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@" < /dev/null
    fi
}

may_install() {
    has apt-get && { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2> /dev/null; }; }
}

# Installs the Debian packages that the script's `missing_packages` prints.
install_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ "${#packages[@]}" -gt 0 ] || return 0
    if may_install; then
        printf 'installing %s\n' "${packages[*]}"
        as_root apt-get update -qq
        as_root apt-get install -y -qq --no-install-recommends "${packages[@]}"
        mapfile -t packages < <(missing_packages)
    fi
    [ "${#packages[@]}" -eq 0 ] || fail "it needs Debian's packages ${packages[*]}, or the same programs from \
elsewhere, and this user may not install them: run \`apt-get install ${packages[*]}\` as root, then this again"
}

# The target folder: $CARGO_TARGET_DIR; else ./target, if `cargo run` has already built there; else a folder in the
# user's cache, which all clones share, so that polars is built once.
target_folder() {
    if [ -n "${CARGO_TARGET_DIR:-}" ]; then
        printf '%s\n' "$CARGO_TARGET_DIR"
    elif [ -d "$root/target/debug" ]; then
        printf '%s\n' "$root/target"
    elif [ -n "${XDG_CACHE_HOME:-}" ]; then
        printf '%s\n' "$XDG_CACHE_HOME/dialogram/target"
    elif [ -n "${HOME:-}" ]; then
        printf '%s\n' "$HOME/.cache/dialogram/target"
    else
        printf '%s\n' "$(dirname "$root")/dialogram-target"
    fi
}

has cargo || fail 'cargo is not there: install Rust, the version of rust-version in Cargo.toml or a newer one'
CARGO_TARGET_DIR=$(target_folder)
export CARGO_TARGET_DIR
# A CI machine builds once and needs no incremental compilation.
if [ "${CI:-}" = true ]; then export CARGO_INCREMENTAL=0; fi
