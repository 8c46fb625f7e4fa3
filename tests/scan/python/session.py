import XenAPI


def start(session, vm):
    session.xenapi.VM.start(vm, False, True)
    session.xenapi.VM.get_boot_record(vm)
    session.xenapi.VM.nobodys_message(vm)
    session.xenapi_request("Async.VM.migrate_send", (vm, {}))
    return session.xenapi.VM.get_memory_target(vm)
