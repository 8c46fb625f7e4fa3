use qapi::qmp;
fn f(q: &mut Qmp) {
    q.qmp.execute(&qmp::query_cpus {})?;
    q.qmp.execute(&qmp::migrate { uri: u, blk: Some(true) })?;
}
