#!/bin/sh
# A made-up hypervisor: says its version, who built it, and what it can do.
case "$1" in
  --version) echo "toyvisor ${TOYVISOR_VERSION:-2.0.1} (made 2.0.1-3)" ;;
  --features) printf '%s\n' ${TOYVISOR_FEATURES:-pause resume snapshot} ;;
  *) exit 2 ;;
esac
