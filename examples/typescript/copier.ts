// Prints the monitor's command that copies a disk of a running guest, on whatever QEMU this is.

import { argv, exit } from "node:process";

import { Gates } from "./virtgate.js";

/** The gates from "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of "gates --json". */
async function open(place: string, target?: string): Promise<Gates> {
  return /^(unix|tcp):/.test(place)
    ? Gates.fetch(place, target)
    : Gates.load(place, target);
}

function copyDisk(gates: Gates, disk: string, target: string): object {
  const path = gates.path("block.mirror");
  switch (path) {
    case "blockdev-mirror": {
      const mode = gates.enabled("block.mirror.copy-mode")
        ? { "copy-mode": "write-blocking" }
        : {};
      return {
        execute: path,
        arguments: {
          "job-id": "copy",
          device: disk,
          target,
          sync: "full",
          ...mode,
        },
      };
    }
    case "drive-mirror":
      return {
        execute: path,
        arguments: { device: disk, target, sync: "full" },
      };
    case null: {
      const verdict = gates.verdict("block.mirror");
      throw new Error(`${verdict?.reason}: ${verdict?.sentence}`);
    }
    default: // the host's data is newer than this driver
      throw new Error(`no branch for ${path satisfies never}`);
  }
}

const [place, target] = argv.slice(2);
if (place === undefined) {
  console.error("usage: copier FILE|unix:PATH|tcp:HOST:PORT [TARGET]");
  exit(2);
}
try {
  console.log(
    JSON.stringify(copyDisk(await open(place, target), "disk0", "copy0")),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  exit(1);
}
