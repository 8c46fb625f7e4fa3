//! Prints the monitor's command that copies a disk of a running guest, on whatever QEMU this is.

mod virtgate;

use std::process::ExitCode;

use virtgate::{block, Error, Gates};

/// The gates from "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of "gates --json".
fn open(place: &str, target: Option<&str>) -> Result<Gates, Error> {
    if place.starts_with("unix:") || place.starts_with("tcp:") {
        return Gates::fetch(place, target);
    }
    Gates::load(place, target)
}

fn copy_disk(gates: &Gates, disk: &str, target: &str) -> Result<String, String> {
    let disks = format!(r#""device": "{disk}", "target": "{target}", "sync": "full""#);
    match gates.path(block::MIRROR) {
        Some(block::Mirror::BlockdevMirror) => {
            let mode = if gates.enabled(block::MIRROR_COPY_MODE) {
                r#", "copy-mode": "write-blocking""#
            } else {
                ""
            };
            Ok(format!(
                r#"{{"execute": "blockdev-mirror", "arguments": {{"job-id": "copy", {disks}{mode}}}}}"#
            ))
        }
        Some(block::Mirror::DriveMirror) => Ok(format!(
            r#"{{"execute": "drive-mirror", "arguments": {{{disks}}}}}"#
        )),
        Some(block::Mirror::Unlisted) => Err("the host's data is newer than this driver".into()),
        None => Err(match gates.verdict(block::MIRROR) {
            Some(verdict) => format!("{}: {}", verdict.reason, verdict.sentence),
            None => "the host's data does not know it".into(),
        }),
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() {
        eprintln!("usage: copier FILE|unix:PATH|tcp:HOST:PORT [TARGET]");
        return ExitCode::from(2);
    }
    let told = open(&words[0], words.get(1).map(String::as_str))
        .map_err(|error| error.to_string())
        .and_then(|gates| copy_disk(&gates, "disk0", "copy0"));
    match told {
        Ok(command) => {
            println!("{command}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
