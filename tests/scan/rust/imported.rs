use qapi::qmp::{migrate_set_speed, query_cpus};
fn f(q: &mut Qmp) {
    q.execute(query_cpus {})?;
    q.execute(migrate_set_speed { value: 1 })?;
}
