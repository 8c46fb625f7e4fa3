//! {"execute": "only-in-a-comment"}
/* "execute": "only-in-a-comment" */
fn ask<'a>(stream: &'a mut Qmp, name: &str) -> Reply {
    stream.send(json!({ "execute": name }))
}

fn all(stream: &mut Qmp) {
    let quote = '"';
    ask(stream, "query-cpus-fast");
    ask(stream, "no-such-command");
    stream.send(json!({ "execute": "job-cancel", "arguments": { "id": "x", "no-such": 1 } }));
    let raw = r#"{"execute": "cont"}"#;
    let words = ["stop", "quit"];
    let cap = KVM_CAP_USER_MEMORY;
}
