/*
 * Prints the monitor's command that copies a disk of a running guest, on
 * whatever QEMU this is.
 */

#include <stdio.h>
#include <string.h>

#define VIRTGATE_IMPLEMENTATION
#include "virtgate.h"

/*
 * From "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of
 * "gates --json".
 */
static struct vg_gates *open_gates(const char *place, const char *target,
                                   char error[VG_ERROR]) {
  if (strncmp(place, "unix:", 5) == 0 || strncmp(place, "tcp:", 4) == 0)
    return vg_fetch(place, target, error);
  return vg_load(place, target, error);
}

static int copy_disk(const struct vg_gates *gates, const char *disk,
                     const char *target) {
  const struct vg_verdict *verdict = vg_verdict(gates, VG_BLOCK_MIRROR);

  if (verdict == NULL) {
    fputs("the host's data does not know it\n", stderr);
    return 1;
  }
  if (!vg_enabled(gates, VG_BLOCK_MIRROR)) {
    fprintf(stderr, "%s: %s\n", vg_reason_name(verdict->reason),
            verdict->sentence);
    return 1;
  }
  if (vg_takes(gates, VG_BLOCK_MIRROR_VIA_BLOCKDEV_MIRROR)) {
    printf("{\"execute\": \"blockdev-mirror\", \"arguments\": {\"job-id\": "
           "\"copy\", \"device\": \"%s\", \"target\": \"%s\", \"sync\": "
           "\"full\"%s}}\n",
           disk, target,
           vg_enabled(gates, VG_BLOCK_MIRROR_COPY_MODE)
               ? ", \"copy-mode\": \"write-blocking\""
               : "");
  } else if (vg_takes(gates, VG_BLOCK_MIRROR_VIA_DRIVE_MIRROR)) {
    printf("{\"execute\": \"drive-mirror\", \"arguments\": {\"device\": "
           "\"%s\", \"target\": \"%s\", \"sync\": \"full\"}}\n",
           disk, target);
  } else { /* the data is newer than this driver */
    fprintf(stderr, "no branch for %s\n", verdict->path);
    return 1;
  }
  return 0;
}

int main(int count, char **words) {
  char error[VG_ERROR] = "";
  struct vg_gates *gates;
  int status;

  if (count < 2) {
    fputs("usage: copier FILE|unix:PATH|tcp:HOST:PORT [TARGET]\n", stderr);
    return 2;
  }
  gates = open_gates(words[1], count > 2 ? words[2] : NULL, error);
  if (gates == NULL) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  status = copy_disk(gates, "disk0", "copy0");
  vg_free(gates);
  return status;
}
