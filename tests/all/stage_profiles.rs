//! Profiles of sources that an engine reads.

use dialogram::cli::Command;
use dialogram::cli::stage_plan;

use crate::stages::compare;
use crate::support::{failed, parse, root};

#[test]
fn a_profile_file_may_have_the_name_of_one_that_is_built_in() {
    let folder = root().join("fixtures/profiles/whatsapp");
    let logs = [folder.join("_chat.txt"), folder.join("Conversa do WhatsApp com Ana.txt")];
    let file = folder.join("whatsapp.toml").display().to_string();
    let zones = ["--tz", "America/Sao_Paulo", "--input-tz", "America/Sao_Paulo", "--profile"].map(str::to_owned);
    let args = [&zones[..], std::slice::from_ref(&file)].concat();
    assert_eq!(compare("whatsapp", &logs, &args, &[1, 2]), 2);

    // Both together cannot be distinguished by their name.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("intercom.toml").display().to_string();
    std::fs::copy(root().join("fixtures/profiles/whatsapp/whatsapp.toml"), &file).unwrap();
    let logs = [logs[0].clone(), root().join("fixtures/profiles/intercom/conversations.json")];
    let both = [format!("{file}:_chat.txt"), "--profile".to_owned(), "intercom:conversations.json".to_owned()];
    let args = [&zones[..], &both].concat();
    let Ok(Command::Report(parsed)) = parse("report", &logs, &args) else { panic!("wrong flags") };
    let (code, message) = failed(&stage_plan::of(&parsed.flags.log).unwrap_err());
    assert!(code == 2 && message.contains("another profile has the name intercom"), "{code} {message}");
}
