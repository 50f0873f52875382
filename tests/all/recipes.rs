//! The commands in help, recipes and manual pages run.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::{TempDir, tempdir};

use crate::support::{self, WEEK_LOG, failure, names, root, run, success, text, week};

/// Runs a line in a shell with only the program and the system's tools: no HOME, no TZ, no terminal.
fn shell(folder: &Path, line: &str, environment: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_dialogram")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", program.display());
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear().env("PATH", path).envs(environment.iter().copied()).current_dir(folder);
    shell.output().unwrap()
}

const MONDAY: (&str, &str) = ("DIALOGRAM_NOW", "2026-03-09T10:00:00Z");

/// The text of a recipe.
fn recipe(args: &[&str]) -> String {
    String::from_utf8(success(&[&["recipe"], args].concat())).unwrap()
}

/// The lines of a script below `marker` in a YAML file, up to a line with less indentation.
fn script(yaml: &str, marker: &str) -> String {
    let mut lines = yaml.lines().skip_while(|line| line.trim() != marker).skip(1).peekable();
    let indent = lines.peek().unwrap().len() - lines.peek().unwrap().trim_start().len();
    let inside = lines.take_while(|line| line.is_empty() || line.len() - line.trim_start().len() >= indent);
    inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect()
}

/// The archive of a release, as far as recipes use it: its program starts the tested one.
fn archive(folder: &Path, name: &str) -> String {
    let tree = folder.join("tree/dialogram-0/bin");
    fs::create_dir_all(&tree).unwrap();
    let program = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_dialogram"));
    fs::write(tree.join("dialogram"), program).unwrap();
    let line = format!(
        "chmod +x tree/dialogram-0/bin/dialogram && mkdir -p $(dirname {name}) && tar czf {name} -C tree dialogram-0 && sha256sum {name}"
    );
    let output = shell(folder, &line, &[]);
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[cfg(feature = "mail")]
mod weekly {
    use super::*;
    use crate::mail::server::{Script, Server, certificate};

    /// A machine with the folders of the recipes, their config and a server.
    struct Machine {
        folder: TempDir,
        server: Server,
    }

    impl Machine {
        fn new(config: &str) -> Self {
            let folder = tempdir().unwrap();
            for name in ["etc", "chat", "reports"] {
                fs::create_dir(folder.path().join(name)).unwrap();
            }
            fs::copy(root().join(WEEK_LOG), folder.path().join("chat/week.jsonl")).unwrap();
            fs::write(folder.path().join("etc/password"), "pass\n").unwrap();
            let login = Some(("reports", "pass"));
            let server = Server::start(Script { login, starttls: Some("server"), ..Script::default() });
            let machine = Self { folder, server };
            let here = format!(
                "host = \"127.0.0.1\"\nport = {}\nca-file = \"{}\"\nretry-for = \"0s\"",
                machine.server.port(),
                certificate("authority.pem").display()
            );
            let config = machine.there(config).replace("host = \"mail.example.com\"", &here);
            fs::write(machine.folder.path().join("etc/dialogram.toml"), config).unwrap();
            machine
        }

        /// A recipe's text with this machine's folders.
        fn there(&self, text: &str) -> String {
            let path = |name: &str| self.folder.path().join(name).display().to_string();
            text.replace("/var/log/chat", &path("chat"))
                .replace("/srv/reports", &path("reports"))
                .replace("/etc/dialogram", &path("etc"))
        }

        fn shell(&self, line: &str, now: &str) -> Output {
            let credentials = self.folder.path().join("credentials");
            fs::create_dir_all(&credentials).unwrap();
            fs::write(credentials.join("smtp-password"), "pass\n").unwrap();
            let credentials = credentials.display().to_string();
            let etc = self.folder.path().join("etc");
            shell(&etc, &self.there(line), &[("DIALOGRAM_NOW", now), ("CREDENTIALS_DIRECTORY", &credentials)])
        }

        fn reports(&self) -> Vec<String> {
            names(&self.folder.path().join("reports"))
        }
    }

    /// The config of a recipe: from its first line to the file after it.
    fn config(recipe: &str) -> &str {
        let end = recipe.find("\n# The report").or_else(|| recipe.find("\n# /etc/systemd")).unwrap();
        &recipe[..end]
    }

    fn is_silent(output: &Output) {
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert_eq!((output.status.code(), String::from_utf8_lossy(&said).as_ref()), (Some(0), ""));
    }

    /// The commands of a crontab, in order: the part after the five times.
    fn commands(cron: &str) -> Vec<String> {
        let lines = cron.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        lines.map(|line| line.splitn(6, ' ').last().unwrap().trim().to_owned()).collect()
    }

    #[test]
    fn cron_sends_a_report_once_and_keeps_files_for_some_weeks() {
        let text = recipe(&["cron", "--weeks", "4"]);
        let machine = Machine::new(config(&text));
        let commands = commands(&text);
        assert_eq!(commands.len(), 3, "{text}");
        assert!(commands.iter().all(|line| !line.contains('%')), "cron ends a command there");
        let old = machine.folder.path().join("reports/weekly-2026-W01.pdf");
        fs::write(&old, "%PDF").unwrap();
        assert!(shell(machine.folder.path(), "touch -d 2026-01-05 reports/weekly-2026-W01.pdf", &[]).status.success());
        for line in &commands {
            is_silent(&machine.shell(line, MONDAY.1));
        }
        assert_eq!(machine.server.taken().len(), 1);
        assert!(machine.server.taken()[0].is_encrypted);
        let pdf = fs::read(machine.folder.path().join("reports/weekly-2026-W10.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF") && !old.exists());
        // A week without events is reported by cron and by mail, and the report of the week before stays.
        let later = machine.shell(&commands[0], "2026-04-06T10:00:00Z");
        assert_eq!((later.status.code(), later.stdout.len()), (Some(3), 0));
        assert!(
            String::from_utf8_lossy(&later.stderr).starts_with("dialogram: no events from 2026-03-30 to 2026-04-05")
        );
        assert_eq!(machine.server.taken()[1].to, ["ops@example.com"]);
        assert!(machine.reports().contains(&"weekly-2026-W10.pdf".to_owned()));
    }

    #[test]
    fn systemd_runs_the_same_with_a_credential_and_reports_failures() {
        let text = recipe(&["systemd"]);
        let machine = Machine::new(config(&text));
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        for key in ["ExecStart=", "ExecStartPost="] {
            let line = value(key).replace("-name ", "-name '").replace(".pdf ", ".pdf' ");
            is_silent(&machine.shell(&line, MONDAY.1));
        }
        assert_eq!(machine.server.taken().len(), 1);
        assert!(machine.reports().contains(&"weekly-2026-W10.pdf".to_owned()));
        assert_eq!((value("Persistent="), value("OnFailure=")), ("true", "dialogram-failed@%n.service"));
        assert_eq!(value("LoadCredential="), "smtp-password:/etc/dialogram/password");
        // The unit that reports failures, with programs that replace those of the system.
        let folder = machine.folder.path();
        fs::create_dir(folder.join("fake")).unwrap();
        fs::write(folder.join("fake/journalctl"), "#!/bin/sh\necho \"journal of $2\"\n").unwrap();
        fs::write(
            folder.join("fake/mail"),
            format!("#!/bin/sh\n{{ echo \"$@\"; cat; }} > {}/told\n", folder.display()),
        )
        .unwrap();
        let tell = text.lines().filter_map(|line| line.strip_prefix("ExecStart=")).nth(1).unwrap();
        let tell = tell.replace("%i", "dialogram-weekly.service").replace("%H", "host");
        let line = format!("chmod +x {0}/fake/*; PATH={0}/fake:$PATH; {tell}", folder.display());
        is_silent(&machine.shell(&line, MONDAY.1));
        let told = fs::read_to_string(folder.join("told")).unwrap();
        assert_eq!(told, "-s dialogram-weekly.service has failed on host root\njournal of dialogram-weekly.service\n");
    }

    /// The value of a text for a YAML parser.
    fn yaml(text: &str) -> serde_json::Value {
        use std::io::Write;
        let script = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";
        // The first Python in the path may lack the system's libraries.
        let has_yaml = |python: &&&str| {
            Command::new(python).args(["-c", "import yaml"]).output().is_ok_and(|ended| ended.status.success())
        };
        let mut python = Command::new(["python3", "/usr/bin/python3"].iter().find(has_yaml).unwrap());
        python.args(["-c", script]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = python.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[test]
    fn a_cluster_runs_the_weekly_report_with_its_own_config_and_password() {
        let out = tempdir().unwrap();
        success(&["recipe", "kubernetes", "-o", text(out.path()), "--image", "registry.example.com/tools/dialogram:1"]);
        assert_eq!(names(out.path()), ["Containerfile", "cronjob.yaml", "dialogram.toml"]);
        let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
        let job = yaml(&read("cronjob.yaml"));
        assert_eq!((&job["kind"], &job["spec"]["schedule"]), (&"CronJob".into(), &"0 7 * * 1".into()));
        let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        assert_eq!(container["image"], "registry.example.com/tools/dialogram:1");
        // Every mount has a volume, and every path in the config is mounted.
        let volumes: Vec<&str> =
            pod["volumes"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        let mounts = container["volumeMounts"].as_array().unwrap();
        let mounted: Vec<&str> = mounts.iter().map(|one| one["mountPath"].as_str().unwrap()).collect();
        assert!(mounts.iter().all(|one| volumes.contains(&one["name"].as_str().unwrap())), "{job}");
        let config = read("dialogram.toml");
        for place in ["/var/log/chat", "/srv/reports", "/etc/dialogram-smtp"] {
            assert!(config.contains(place) && mounted.contains(&place), "{place}");
        }
        // The container's own command, with its folders on this machine.
        let machine = Machine::new(&config);
        let password = machine.folder.path().join("etc-smtp");
        fs::create_dir(&password).unwrap();
        fs::write(password.join("password"), "pass\n").unwrap();
        let args: Vec<&str> = container["args"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        is_silent(&machine.shell(&format!("cd /srv/reports && dialogram {}", args.join(" ")), MONDAY.1));
        assert_eq!(machine.server.taken().len(), 1);
        assert!(machine.reports().contains(&"weekly-2026-W10.pdf".to_owned()));
        assert!(machine.reports().contains(&".dialogram-weekly.mail.json".to_owned()));
        assert!(read("Containerfile").contains("docker build --tag registry.example.com/tools/dialogram:1 "));
        assert!(failure(&["recipe", "kubernetes", "--image", "x\" y"], 2).contains("expected the name of an image"));
    }

    /// A monthly report with outputs and a mail, whose config has another name and folder.
    const MONTHLY: &str = "[smtp]\nhost = \"mail.example.com\"\nuser = \"reports\"\npassword-file = \"PASSWORD\"\n\
        from = \"Reports <reports@example.com>\"\n[reports.month-end]\nlogs = [\"/var/log/chat/*.jsonl\"]\n\
        tz = \"America/Sao_Paulo\"\nperiod = \"last-month\"\noutput = [\"/srv/reports/{to}/all.pdf\", \"/srv/reports/{report}-{from}.json\", \"/srv/reports/newest.csv\"]\n\
        [reports.month-end.mail]\nto = [\"support@example.com\"]\nmax-age = \"1000h\"\n";

    #[test]
    fn a_report_of_the_config_is_scheduled_with_its_own_folders_period_and_zone() {
        let machine = Machine::new(&MONTHLY.replace("PASSWORD", "password"));
        let etc = machine.folder.path().join("etc").canonicalize().unwrap();
        fs::rename(etc.join("dialogram.toml"), etc.join("chat.toml")).unwrap();
        let asked = |line: &str| machine.shell(line, MONDAY.1);
        let printed = |line: &str| {
            let output = asked(line);
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
            String::from_utf8(output.stdout).unwrap()
        };
        let cron = printed("dialogram recipe cron --report month-end --config chat.toml --weeks 4");
        let (here, reports) = (etc.display(), machine.folder.path().join("reports"));
        let reports = reports.display();
        assert!(cron.contains(&format!(
            "\n0 7 1 * *   cd {here} && flock --wait 3600 {reports}/.month-end.flock dialogram run month-end --config {here}/chat.toml --quiet\n"
        )), "{cron}");
        assert!(
            cron.contains("on the first day of every month at 7") && cron.contains("those of America/Sao_Paulo."),
            "{cron}"
        );
        // Old dated files are deleted; a file with a fixed name, and other people's files, stay.
        for name in [
            "2026-01-31/all.pdf",
            "2026-01-31/other.pdf",
            "month-end-2026-01-01.json",
            "newest.csv",
            "month-end-notes.json",
        ] {
            let line = format!(
                "mkdir -p /srv/reports/2026-01-31; echo %PDF > /srv/reports/{name}; touch -d 2026-01-05 /srv/reports/{name}"
            );
            is_silent(&asked(&line));
        }
        let mut lines = commands(&cron);
        assert_eq!(lines.len(), 4, "{cron}");
        lines.rotate_left(2);
        for line in &lines[..2] {
            is_silent(&machine.shell(line, MONDAY.1));
        }
        assert_eq!(machine.reports(), ["2026-01-31", "month-end-notes.json", "newest.csv"]);
        assert_eq!(names(&machine.folder.path().join("reports/2026-01-31")), ["other.pdf"]);
        fs::remove_file(machine.folder.path().join("reports/newest.csv")).unwrap();
        for line in &lines[2..] {
            // The log covers only part of March, which causes a warning.
            assert_eq!(machine.shell(line, "2026-04-01T10:00:00Z").status.code(), Some(0));
        }
        assert_eq!(machine.server.taken().len(), 1);
        assert!(machine.reports().contains(&"month-end-2026-03-01.json".to_owned()));
        let units = printed("dialogram recipe systemd --report month-end --config chat.toml");
        for line in [
            "OnCalendar=*-*-01 07:00 America/Sao_Paulo",
            &format!("WorkingDirectory={here}"),
            &format!("ExecStart=dialogram run month-end --config {here}/chat.toml --quiet"),
            &format!("ReadWritePaths={reports}"),
        ] {
            assert!(units.lines().any(|other| other == line), "{line} in {units}");
        }
        assert!(!units.contains("LoadCredential=") && !units.contains("[reports."), "{units}");
        for (line, message) in [
            ("recipe cron --report yearly", "no report `yearly`"),
            ("recipe github --report month-end", "--report: the recipe github runs no named report"),
            ("recipe kubernetes --report month-end", "in a cluster the password has a folder of its own"),
        ] {
            let output = asked(&format!("dialogram {line} --config chat.toml"));
            assert_eq!(output.status.code(), Some(2));
            assert!(String::from_utf8_lossy(&output.stderr).contains(message), "{line}: {output:?}");
        }
        for (config, told) in [
            ("[reports.old]\nlogs = ['a\\b/']\n", "needs paths of UTF-8 without"),
            (
                "[reports.old]\nlogs = ['a/']\noutput = ['x[1]/{week}.pdf']\n",
                "have none of *?[ in them: x[1]/{week}.pdf",
            ),
            ("[reports.old]\nlogs = ['a/']\n[reports.\"a\\nb\"]\nlogs = ['a/']\n", "none"),
        ] {
            fs::write(etc.join("fixed.toml"), config).unwrap();
            let output = asked("dialogram recipe cron --report old --config fixed.toml");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stderr.contains(told) || (told == "none" && output.status.success()), "{output:?}");
        }
        let output = asked("dialogram recipe cron --report 'a\nb' --config fixed.toml");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        fs::write(etc.join("fixed.toml"), "[reports.old]\nlogs = ['a/']\nfrom = '2026-03-01'\n").unwrap();
        let output = asked("dialogram recipe cron --report old --config fixed.toml");
        assert!(String::from_utf8_lossy(&output.stderr).contains("its days are fixed"), "{output:?}");
    }

    /// Blanks, quotes, characters with a meaning for cron, a shell, systemd and YAML, and letters beyond ASCII.
    const ODD: &str = "Ana's 100% \"chats\" $HOME `é` {x} # @NAME@";

    #[test]
    fn odd_names_and_folders_stay_as_they_are() {
        let machine = Machine::new("");
        let odd = machine.folder.path().join(ODD);
        for name in ["chat", "out"] {
            fs::create_dir_all(odd.join(name)).unwrap();
        }
        fs::copy(root().join(WEEK_LOG), odd.join("chat/week.jsonl")).unwrap();
        fs::write(odd.join("word"), "pass\n").unwrap();
        let key = serde_json::Value::from(ODD).to_string();
        let config = format!(
            "[smtp]\nhost = '127.0.0.1'\nport = {}\nca-file = '{}'\nretry-for = '0s'\nuser = 'reports'\npassword-file = 'word'\n\
             [reports.{key}]\nlogs = ['chat/']\ntz = 'America/Sao_Paulo'\noutput = ['out/r {{week}}.pdf']\n\
             [reports.{key}.mail]\nfrom = 'reports@example.com'\nto = 'ana@example.com'\n",
            machine.server.port(),
            certificate("authority.pem").display()
        );
        fs::write(odd.join("my config.toml"), config).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_dialogram"));
        let printed = |recipe: &str| {
            let mut command = Command::new(program);
            command.args(["recipe", recipe, "--report", ODD, "--config", "my config.toml"]).current_dir(&odd);
            let output = command.output().unwrap();
            assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
            String::from_utf8(output.stdout).unwrap()
        };
        let old = odd.join("out/r 2026-W01.pdf");
        let grow_old = || {
            fs::write(&old, "%PDF").unwrap();
            assert!(Command::new("touch").args(["-d", "2024-01-05"]).arg(&old).status().unwrap().success());
        };
        // cron: an unescaped `%` ends a command.
        grow_old();
        let commands = commands(&printed("cron"));
        assert_eq!(commands.len(), 3);
        for line in &commands {
            assert_eq!(line.matches('%').count(), line.matches("\\%").count(), "{line}");
            is_silent(&shell(machine.folder.path(), &line.replace("\\%", "%"), &[MONDAY]));
        }
        assert_eq!(machine.server.taken().len(), 1);
        assert!(odd.join("out/r 2026-W10.pdf").exists() && !old.exists());
        // systemd: double-quoted words are as in a shell, except for `%%` and `$$`.
        grow_old();
        let units = printed("systemd");
        let value = |key: &str| units.lines().find_map(|line| line.strip_prefix(key)).unwrap().replace("%%", "%");
        let folder = value("WorkingDirectory=");
        assert_eq!(Path::new(&folder), odd);
        for key in ["ExecStart=", "ExecStartPost="] {
            let line = value(key).replace("$$", "\\$").replace('`', "\\`");
            is_silent(&shell(Path::new(&folder), &line, &[MONDAY]));
        }
        assert!(!old.exists());
        // The script for msmtp: the mail was sent, so it shows the same message again.
        let fake = machine.folder.path().join("fake");
        fs::create_dir(&fake).unwrap();
        fs::write(fake.join("msmtp"), format!("#!/bin/sh\ncat >> {}/sent\n", machine.folder.path().display())).unwrap();
        fs::write(machine.folder.path().join("by-msmtp.sh"), printed("msmtp")).unwrap();
        for _ in 0..2 {
            let line = format!("chmod +x {0}/msmtp; PATH={0}:$PATH; sh ./by-msmtp.sh", fake.display());
            is_silent(&shell(machine.folder.path(), &line, &[MONDAY]));
        }
        let sent = fs::read_to_string(machine.folder.path().join("sent")).unwrap();
        assert_eq!(sent.matches("Message-ID: ").count(), 1);
        // The cluster needs its password in a separate folder.
        let path = odd.join("my config.toml");
        let secret = fs::read_to_string(&path).unwrap().replace("'word'", "'/etc/my \"secret\"/word'");
        fs::write(&path, secret).unwrap();
        let cluster = printed("kubernetes");
        let job = yaml(cluster.split("\n# Containerfile").next().unwrap());
        let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        assert_eq!(pod["containers"][0]["args"][1], ODD);
        // Its paths are relative to its working folder.
        assert_eq!(pod["containers"][0]["workingDir"], text(&odd));
        assert_eq!(job["metadata"]["name"], "dialogram-ana-s-100---chats---home------x-----name");
        let mounts = pod["containers"][0]["volumeMounts"].as_array().unwrap();
        let mounted: Vec<&str> = mounts.iter().map(|one| one["mountPath"].as_str().unwrap()).collect();
        for folder in [odd.join("chat"), odd.join("out"), Path::new("/etc/my \"secret\"").to_owned()] {
            assert!(mounted.contains(&text(&folder)), "{} in {mounted:?}", folder.display());
        }
    }

    #[test]
    fn a_cluster_mounts_the_folders_of_a_report_of_the_config() {
        let machine = Machine::new(&MONTHLY.replace("PASSWORD", "/etc/secret/word"));
        let output = machine.shell("dialogram recipe kubernetes --report month-end", MONDAY.1);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        let text = String::from_utf8(output.stdout).unwrap();
        let job = yaml(text.split("\n# Containerfile").next().unwrap());
        let spec = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        assert_eq!(
            (&job["metadata"]["name"], &job["spec"]["schedule"]),
            (&"dialogram-month-end".into(), &"0 7 1 * *".into())
        );
        let mounts = spec["containers"][0]["volumeMounts"].as_array().unwrap();
        let place = |name: &str| mounts.iter().find(|one| one["name"] == name).unwrap()["mountPath"].as_str().unwrap();
        let own = |name: &str| machine.folder.path().join(name).canonicalize().unwrap().display().to_string();
        assert_eq!(
            (place("chat"), place("reports"), place("password")),
            (&*own("chat"), &*own("reports"), "/etc/secret")
        );
        let volumes: Vec<_> = spec["volumes"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        assert_eq!(volumes, ["config", "password", "chat", "reports", "temporary"]);
        assert!(text.contains("--from-file=word=password\n"), "{text}");
    }

    #[test]
    fn msmtp_gets_each_message_once() {
        let config = recipe(&["cron"]);
        let machine = Machine::new(self::config(&config));
        let path = machine.folder.path().join("etc/dialogram.toml");
        let text = fs::read_to_string(&path).unwrap();
        let (_, reports) = text.split_once("[reports.weekly]").unwrap();
        let mail = reports.replace("[reports.weekly.mail]", "[reports.weekly.mail]\nfrom = \"reports@example.com\"");
        fs::write(&path, format!("[smtp]\nhost = \"localhost\"\ntls = \"none\"\n[reports.weekly]{mail}")).unwrap();
        let folder = machine.folder.path();
        fs::create_dir(folder.join("fake")).unwrap();
        fs::write(folder.join("fake/msmtp"), format!("#!/bin/sh\ncat >> {}/sent\n", folder.display())).unwrap();
        let script = machine.there(&recipe(&["msmtp"]));
        fs::write(folder.join("etc/weekly-by-msmtp.sh"), script).unwrap();
        let line = format!("chmod +x {0}/fake/*; PATH={0}/fake:$PATH; sh ./weekly-by-msmtp.sh", folder.display());
        for _ in 0..2 {
            is_silent(&machine.shell(&line, MONDAY.1));
        }
        let sent = fs::read_to_string(folder.join("sent")).unwrap();
        assert_eq!(sent.matches("Message-ID: ").count(), 1);
        assert!(sent.contains("To: support@example.com\r\n"), "{}", &sent[..500]);
        // A stale log stops it.
        assert_eq!(machine.shell(&line, "2026-03-16T10:00:00Z").status.code(), Some(3));
    }
}

#[test]
fn the_gate_recipes_install_an_archive_hold_and_fail() {
    for (name, format, marker) in
        [("github", "--format github", "- run: |"), ("gitlab", "--format junit -o gate.xml", "- |")]
    {
        let folder = tempdir().unwrap();
        let sum = archive(folder.path(), "tools/dialogram.tar.gz");
        fs::create_dir(folder.path().join("fixtures")).unwrap();
        let log = folder.path().join("fixtures/chat.jsonl");
        fs::copy(root().join(WEEK_LOG), &log).unwrap();
        let text = recipe(&[name, "--sha256", &sum]);
        let path = folder.path().join("path").display().to_string();
        let install = script(&text, marker);
        assert_eq!(shell(folder.path(), &install, &[("GITHUB_PATH", &path)]).status.code(), Some(0), "{install}");
        // A different archive is not unpacked.
        let wrong = install.replace(&sum, &"0".repeat(64));
        assert_ne!(shell(folder.path(), &wrong, &[("GITHUB_PATH", &path)]).status.code(), Some(0));
        let check = text.lines().find_map(|line| line.trim_start().split_once("dialogram check ")).unwrap().1;
        let line = format!("PATH=\"$PWD/.dialogram/bin:$PATH\"; dialogram check {check}");
        let first = line.replace(format, "--update");
        assert_ne!(first, line);
        assert_eq!(shell(folder.path(), &first, &[]).status.code(), Some(0));
        assert_eq!(shell(folder.path(), &line, &[]).status.code(), Some(0), "{line}");
        let rows = fs::read_to_string(&log).unwrap();
        let fewer: String = rows.lines().filter(|row| !row.contains("PA-0600")).map(|row| format!("{row}\n")).collect();
        assert_ne!(rows, fewer);
        fs::write(&log, fewer).unwrap();
        let found = shell(folder.path(), &line, &[]);
        assert_eq!(found.status.code(), Some(1));
        let said = match name {
            "github" => String::from_utf8(found.stdout).unwrap(),
            _ => fs::read_to_string(folder.path().join("gate.xml")).unwrap(),
        };
        let marks = if name == "github" {
            ["::error file=fixtures/report.json,line=1,title=", "by_channel web"]
        } else {
            ["<failure ", "by_channel web"]
        };
        assert!(marks.iter().all(|mark| said.contains(mark)), "{said}");
    }
    let address = "https://example.com/dialogram.tar.gz";
    assert!(failure(&["recipe", "github", "--archive", address], 2).contains("goes with --sha256"));
    assert!(failure(&["recipe", "github", "--archive", "x'; rm -rf ~"], 2).contains("expected an https address"));
    let sum = "a".repeat(64);
    let text = recipe(&["gitlab", "--archive", address, "--sha256", &sum]);
    assert!(
        text.contains(&format!(
            "      curl --fail --silent --show-error --location --output .dialogram/dialogram.tar.gz '{address}'\n"
        )),
        "{text}"
    );
    assert!(
        text.contains(&format!("echo '{sum}  .dialogram/dialogram.tar.gz' | sha256sum --check --strict -")),
        "{text}"
    );
}

#[test]
fn the_action_installs_an_archive_and_runs_a_check() {
    let action = fs::read_to_string(root().join("action/action.yml")).unwrap();
    let (install, check) = action.split_once("- name: check").unwrap();
    let (install, check) = (script(install, "run: |"), script(check, "run: |"));
    let folder = tempdir().unwrap();
    let sum = archive(folder.path(), "tools/dialogram.tar.gz");
    fs::copy(root().join(WEEK_LOG), folder.path().join("chat.jsonl")).unwrap();
    let days = ["--from", "2026-03-02", "--to", "2026-03-08", "--format", "json"];
    let report = success(&[&["report", WEEK_LOG], &days[..]].concat());
    fs::write(folder.path().join("base.json"), report).unwrap();
    let path = folder.path().join("path").display().to_string();
    let bash = |text: &str, more: &[(&str, &str)]| {
        fs::write(folder.path().join("step.sh"), text).unwrap();
        let environment = [&[("GITHUB_PATH", path.as_str()), ("ARCHIVE", "tools/dialogram.tar.gz")], more].concat();
        shell(folder.path(), "[ ! -e path ] || PATH=\"$(cat path):$PATH\"; bash step.sh", &environment)
    };
    for wrong in ["0".repeat(64), "x".to_owned()] {
        let output = bash(&install, &[("SHA256", &wrong)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stdout).unwrap().contains("::error::"), "{wrong}");
    }
    for missing in ["tools/none.tar.gz", "http://example.com/dialogram.tar.gz"] {
        let output = bash(&install, &[("SHA256", &sum), ("ARCHIVE", missing)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stdout).unwrap().contains("::error::"), "{missing}");
    }
    assert_eq!(bash(&install, &[("SHA256", &sum)]).status.code(), Some(0));
    let arguments = "chat.jsonl --config none\n--from 2026-03-02 --to 2026-03-08\n--baseline base.json";
    let output = bash(&check, &[("ARGUMENTS", arguments)]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let rules = "[[rules]]\nmetric = 'conversations'\nat-most = 1\n";
    fs::write(folder.path().join("rules.toml"), rules).unwrap();
    let output = bash(&check, &[("ARGUMENTS", &format!("{arguments} --rules rules.toml"))]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("::error "));
    // An error that prevents the check is an annotation too; names may contain blanks.
    fs::copy(folder.path().join("chat.jsonl"), folder.path().join("my chat.jsonl")).unwrap();
    let quoted = arguments.replace("chat.jsonl", "'my chat.jsonl'");
    let output = bash(&check, &[("ARGUMENTS", &quoted)]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for (arguments, code, annotation) in [
        (
            quoted.replace("base.json", "none.json"),
            5,
            "::error title=dialogram check, exit code 5::dialogram: --baseline none.json: no such file",
        ),
        (
            quoted.replace("--from", "--form"),
            2,
            "::error title=dialogram check, exit code 2::dialogram: unexpected argument '--form' found%0A",
        ),
        (quoted.replace("2026", "2027"), 3, "::error title=dialogram check, exit code 3::dialogram: no events from"),
        ("'no end".to_owned(), 2, "::error::arguments cannot be read: a quote has no end"),
    ] {
        let output = bash(&check, &[("ARGUMENTS", &arguments)]);
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {stdout}");
        assert!(stdout.contains(annotation), "{arguments}: {stdout}");
    }
}

#[test]
fn recipes_are_written_as_files() {
    let folder = tempdir().unwrap();
    assert!(success(&["recipe", "systemd", "-o", text(folder.path())]).is_empty());
    let files = ["dialogram-failed@.service", "dialogram-weekly.service", "dialogram-weekly.timer", "dialogram.toml"];
    assert_eq!(names(folder.path()), files);
    assert!(failure(&["recipe", "crom"], 2).contains("'cron'"));
}

/// A folder with everything that the examples of help name.
fn examples_folder() -> TempDir {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let log = fs::read(root().join(WEEK_LOG)).unwrap();
    fs::create_dir(path("logs")).unwrap();
    fs::write(path("logs/week.jsonl"), &log).unwrap();
    for name in ["export.jsonl", "log.jsonl"] {
        fs::write(path(name), &log).unwrap();
    }
    fs::write(path("log.csv"), "ts,event,conversation_id,actor\n2026-03-02T09:00:00Z,message,c1,customer\n").unwrap();
    fs::copy(root().join("fixtures/messy/doubled-header.csv"), path("strange.csv")).unwrap();
    fs::write(path("week.jsonl.gz"), support::gzip(&log)).unwrap();
    let days = ["--from", "2026-03-02", "--to", "2026-03-08"];
    let base = success(&[&["report", WEEK_LOG, "--format", "json"], &days[..]].concat());
    for name in ["base.json", "report.json"] {
        fs::write(path(name), &base).unwrap();
    }
    for name in ["this-week.json", "last-week.json"] {
        fs::write(path(name), success(&week(&["--template", "queues", "--format", "json"]))).unwrap();
    }
    let rules = "[[rules]]\nmetric = 'queue_wait'\nstatistic = 'p90'\nrelative = '10%'\n";
    fs::write(path("rules.toml"), rules).unwrap();
    folder
}

#[test]
fn the_examples_of_help_run() {
    let mut helps = vec![String::from_utf8(success(&["--help"])).unwrap()];
    let commands = dialogram::cli::command();
    for command in commands.get_subcommands() {
        helps.push(String::from_utf8(success(&[command.get_name(), "--help"])).unwrap());
    }
    let folder = examples_folder();
    let chat = folder.path().join("chat.csv.gz");
    let csv = fs::read(root().join("fixtures/csv-dialects/comma.csv")).unwrap();
    let mut seen = 0;
    for help in helps {
        let before = seen;
        let examples = help.split("Examples:\n").nth(1).or_else(|| help.split("Example:\n").nth(1)).unwrap_or_default();
        for line in examples.lines().map(str::trim) {
            // The example without its description.
            let Some(at) = line.find("dialogram ").filter(|at| *at == 0 || line.contains(" | dialogram ")) else {
                continue;
            };
            if at == 0 && !line.contains(' ') || line.starts_with("dialogram.toml") {
                continue;
            }
            let example = line.split("  ").next().unwrap();
            // This log may not be beside those of the other examples.
            let is_csv = example.contains("chat.csv.gz");
            if is_csv {
                fs::write(&chat, support::gzip(&csv)).unwrap();
            }
            let example = if is_csv { format!("{example} --max-rejects 100%") } else { example.to_owned() };
            fs::copy(root().join("fixtures/opening-hours/hours.toml"), folder.path().join("hours.toml")).unwrap();
            // The example writes a new file.
            fs::write(folder.path().join("dialogram.toml"), "[reports.weekly]\nlogs = ['logs/']\n").unwrap();
            let output = shell(folder.path(), &example, &[MONDAY]);
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            // Neither the example's days nor its names need to be in this log.
            let expected: &[i32] = match example.contains("dialogram show ") {
                // Its conversations, customers and files belong to another log.
                true => &[0, 3, 4, 5],
                false if is_csv || example.contains("--queue ") => &[0, 3],
                false => &[0],
            };
            assert!(output.status.code().is_some_and(|code| expected.contains(&code)), "{example}\n{message}");
            if is_csv {
                fs::remove_file(&chat).unwrap();
            }
            seen += 1;
        }
        assert!(seen > before, "no example in\n{help}");
    }
}

#[test]
fn a_report_may_come_from_standard_input() {
    let folder = examples_folder();
    let text = |line: &str| {
        let output = shell(folder.path(), line, &[]);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{line}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(text("dialogram explain - bot_time < report.json"), text("dialogram explain report.json bot_time"));
    assert!(text("dialogram diff - base.json < this-week.json").starts_with("- → base.json\n"));
    assert!(text("dialogram check base.json --baseline - < report.json").contains(" against -: all hold\n"));
    let both = shell(folder.path(), "dialogram diff - - < report.json", &[]);
    assert_eq!(String::from_utf8_lossy(&both.stderr).split(" is empty").next(), Some("dialogram: -:"));
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let page = String::from_utf8(success(&["man"])).unwrap();
    assert!(page.contains(".TH dialogram 1") && page.contains("dialogram\\-report(1)"), "{page}");
    let report = String::from_utf8(success(&["man", "report"])).unwrap();
    assert!(report.contains(".TH dialogram\\-report 1") || report.contains(".TH dialogram-report 1"), "{report}");
    assert!(report.contains("service\\-level"), "{report}");
    let folder = tempdir().unwrap();
    assert!(success(&["man", "-o", text(folder.path())]).is_empty());
    let mut expected: Vec<String> = dialogram::cli::command()
        .get_subcommands()
        .map(|command| format!("dialogram-{}.1", command.get_name()))
        .chain(["dialogram.1".to_owned()])
        .collect();
    expected.sort();
    assert_eq!(names(folder.path()), expected);
    assert_eq!(fs::read(folder.path().join("dialogram-report.1")).unwrap(), report.as_bytes());
    assert!(failure(&["man", "raport"], 2).contains("unknown command `raport`: expected "));
}

#[test]
fn a_number_is_explained_with_its_inputs() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    let flags = ["--template", "queues", "--channel", "web", "--target", "queue_wait.p90=60", "--format", "json"];
    fs::write(&file, success(&week(&flags))).unwrap();
    let explain = |metric: &str| String::from_utf8(success(&["explain", text(&file), metric])).unwrap();
    let page = explain("queue_wait");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let n = &report["metrics"]["queue_wait"]["n"];
    for part in [
        "queue_wait: Wait in queue\n",
        &format!("n           {n} durations\n"),
        "window      2026-03-02T00:00:00-03:00 up to but not including 2026-03-09T00:00:00-03:00: 7 days in America/Sao_Paulo\n",
        "compared    with 2026-02-23T00:00:00-03:00 up to 2026-03-02T00:00:00-03:00\n",
        "filter      --channel web\n",
        "limit       inactivity 10 min 00 s\n",
        "clock       visits.entered_at",
        "rows        10,258 read: 10,225 accepted, 33 repeats dropped, 0 rejected\n",
        "left out    rows of visits whose entered_at is missing or outside the window\n",
        "left out    rows that --channel does not keep\n",
        "target      p90 <= 60: missed\n",
    ] {
        assert!(page.contains(part), "no {part}in\n{page}");
    }
    assert_eq!(explain("queue_wait.p90"), page);
    assert!(explain("open_conversations").contains("clock       the horizon: it is always in the window\n"));
    let message = failure(&["explain", text(&file), "queue_wiat"], 2);
    assert!(message.contains("has no metric `queue_wiat`; did you mean `queue_wait`?"), "{message}");
    for (metric, told) in [
        ("queue_wait.p91", "`queue_wait` has no statistic `p91`; did you mean `p90`?"),
        ("queue_wait.", "`queue_wait` has no statistic `` (it has mean, p50, p90, p95, max, n)"),
        ("nps.p90", "`nps` has no statistic `p90` (it has value, n)"),
    ] {
        let message = failure(&["explain", text(&file), metric], 2);
        assert!(message.contains(told), "{message}");
    }
    // A metric of another template.
    let message = failure(&["explain", text(&file), "conversations"], 2);
    assert!(message.contains("has no metric `conversations`; --template conversations has it"), "{message}");
    assert_eq!(run(&["explain", WEEK_LOG, "nps"]).status.code(), Some(5));
}

#[test]
fn rejects_are_listed_with_their_reasons() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    let log = "fixtures/reject-reasons/rows.jsonl";
    let flags = ["--to", "log-end", "--max-rejects", "100%", "--format", "json", "-o", text(&file)];
    assert!(run(&[&["report", log], &flags[..]].concat()).status.success());
    let page = String::from_utf8(success(&["explain", text(&file), "conversations"])).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let rejections = report["input"]["rejections"].as_object().unwrap();
    assert!(rejections.contains_key("bad_timestamp"));
    for (reason, n) in rejections {
        assert!(page.contains(&format!("left out    {n} rows: {reason}")), "{reason} in\n{page}");
    }
    assert!(page.contains("bad_timestamp: no instant could be read, so they are in no window\n"));
}
