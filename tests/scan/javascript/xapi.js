// A client of XenAPI: xapi.
export const start = (xapi, ref) => xapi.callAsync("VM.start", ref, false, true);
export const checks = (xapi, ref) => xapi.call("VM.get_boot_record", ref);
