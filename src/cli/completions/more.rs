//! Completions that `clap_complete` leaves out: names for positional arguments, names as values of flags, and files
//! where a value is either a name or a file.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, Command, ValueHint};

use super::names::{NameKind, is_also_file};

/// Positional arguments of a command that offer names, with their position, from 1.
fn positionals(command: &Command) -> impl Iterator<Item = (usize, &Arg)> {
    (1..).zip(command.get_positionals()).filter(|(_, arg)| !arg.get_possible_values().is_empty())
}

/// Flags whose values are names, each once. The values of `--format` differ by command.
fn flags(known: &Command) -> Vec<&Arg> {
    let mut found: Vec<&Arg> = Vec::new();
    for command in known.get_subcommands() {
        let named = command.get_opts().filter(|arg| NameKind::of(command, arg).is_some());
        for arg in named {
            if found.iter().all(|other| other.get_long() != arg.get_long()) {
                found.push(arg);
            }
        }
    }
    found
}

/// Each name with its description.
fn names(arg: &Arg) -> Vec<(String, String)> {
    let values = arg.get_possible_values().into_iter();
    values
        .map(|value| (value.get_name().to_owned(), value.get_help().map(ToString::to_string).unwrap_or_default()))
        .collect()
}

/// A text in single quotes for PowerShell and elvish: a quote inside is doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// fish: one line for each argument.
pub(super) fn fish(script: &str, known: &Command) -> String {
    let single = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    // fish offers the names of templates and profiles together with files.
    let beside_files = |line: &str| {
        let is_also_file = [" -l template ", " -l profile "].iter().any(|flag| line.contains(flag));
        if is_also_file { line.replace(" -r -f -a ", " -r -F -a ") } else { line.to_owned() }
    };
    let mut text: String = script.lines().map(|line| beside_files(line) + "\n").collect();
    for command in known.get_subcommands() {
        for (position, arg) in positionals(command) {
            let mut condition = format!("__fish_dialogram_using_subcommand {}", command.get_name());
            if position > 1 {
                condition.push_str(&format!("; and test (count (commandline -opc)) -gt {position}"));
            }
            let files = if is_also_file(arg) { "-F" } else { "-f" };
            for (name, help) in names(arg) {
                let help = if help.is_empty() { help } else { format!(" -d '{}'", single(&help)) };
                text.push_str(&format!("complete -c dialogram -n \"{condition}\" {files} -a '{name}'{help}\n"));
            }
        }
    }
    text
}

/// PowerShell: first the values of a flag or report, then the names of a command's first argument.
pub(super) fn powershell(script: &str, known: &Command) -> String {
    let list = |arg: &Arg| names(arg).iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(", ");
    let mut behind = String::new();
    for arg in flags(known) {
        behind.push_str(&format!("        '--{}' = @({})\n", arg.get_long().unwrap_or_default(), list(arg)));
    }
    for command in known.get_subcommands() {
        for (position, arg) in positionals(command).filter(|(position, _)| *position > 1) {
            behind.push_str(&format!("        '{} {position}' = @({})\n", command.get_name(), list(arg)));
        }
    }
    let lookup = format!(
        "
    # Names behind a flag, and those of later arguments.
    $words = @($commandElements | ForEach-Object {{ $_.ToString() }})
    if ($wordToComplete -ne '') {{ $words = @($words | Select-Object -SkipLast 1) }}
    $names = @{{
{behind}    }}
    $found = $names[$words[-1]]
    if (-not $found -and $words.Count -gt 2) {{ $found = $names[\"$($words[1]) $($words.Count - 1)\"] }}
    if ($found -and -not $wordToComplete.StartsWith('-')) {{
        return $found | Where-Object {{ $_ -like \"$wordToComplete*\" }} |
            ForEach-Object {{ [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }}
    }}
"
    );
    let head = "    $commandElements = $commandAst.CommandElements\n";
    let script = script.replacen(head, &format!("{head}{lookup}"), 1);
    in_blocks(
        &script,
        known,
        |command| format!("        'dialogram;{command}' {{\n"),
        |name, help| {
            let result = "[CompletionResult]::new";
            let help = if help.is_empty() { name } else { help };
            let [name, help] = [name, help].map(quoted);
            format!("            {result}({name}, {name}, [CompletionResultType]::ParameterValue, {help})\n")
        },
    )
}

/// elvish: the names of a command's first argument.
pub(super) fn elvish(script: &str, known: &Command) -> String {
    in_blocks(
        script,
        known,
        |command| format!("        &'dialogram;{command}'= {{\n"),
        |name, help| format!("            cand {name} {}\n", quoted(help)),
    )
}

/// Adds the names of each command's first argument to its block, which begins with `head`.
fn in_blocks(
    script: &str,
    known: &Command,
    head: impl Fn(&str) -> String,
    line: impl Fn(&str, &str) -> String,
) -> String {
    known.get_subcommands().fold(script.to_owned(), |script, command| {
        let Some((_, arg)) = positionals(command).find(|(position, _)| *position == 1) else { return script };
        let head = head(command.get_name());
        let lines: String = names(arg).iter().map(|(name, help)| line(name, help)).collect();
        script.replacen(&head, &format!("{head}{lines}"), 1)
    })
}

/// The mark of a kind in the generated zsh script; [`zsh`] replaces it with names and files.
const MARKS: [(NameKind, ValueHint, &str); 3] = [
    (NameKind::Templates, ValueHint::Username, "_users"),
    (NameKind::Profiles, ValueHint::Hostname, "_hosts"),
    (NameKind::Tables, ValueHint::Url, "_urls"),
];

/// zsh offers either names or files. This marks the arguments that take both, for [`zsh`].
pub(super) fn marked_for_zsh(known: Command) -> Command {
    known.mut_subcommands(|command| {
        let own = command.clone();
        command.mut_args(|arg| {
            let kind = NameKind::of(&own, &arg).filter(|_| is_also_file(&arg));
            match MARKS.iter().find(|(marked, _, _)| Some(*marked) == kind) {
                // `NAME|FILE[:LOG]` would end at its colon.
                Some((_, hint, _)) => {
                    arg.value_parser(NonEmptyStringValueParser::new()).value_name("NAME|FILE").value_hint(*hint)
                }
                None => arg,
            }
        })
    })
}

/// zsh: names and files, where an argument takes both.
pub(super) fn zsh(script: &str, known: &Command) -> String {
    let mut script = script.to_owned();
    let mut functions = String::new();
    for (kind, _, mark) in MARKS {
        let of_kind =
            |command: &Command| command.get_arguments().find(|arg| NameKind::of(command, arg) == Some(kind)).cloned();
        let Some(arg) = known.get_subcommands().find_map(of_kind) else { continue };
        let function = format!("_dialogram{mark}");
        script = script.replace(&format!(":{mark}'"), &format!(":{function}'"));
        let item = |(name, help): (String, String)| format!("        '{name}:{}'\n", help.replace('\'', "'\\''"));
        let items: String = names(&arg).into_iter().map(item).collect();
        functions.push_str(&format!(
            "(( $+functions[{function}] )) ||\n{function}() {{\n    local -a names=(\n{items}    )\n    \
             _alternative 'names:name:{{_describe name names}}' 'files:file:_files'\n}}\n\n"
        ));
    }
    let end = "if [ \"$funcstack[1]\" = \"_dialogram\" ]; then";
    script.replacen(end, &format!("{functions}{end}"), 1)
}
