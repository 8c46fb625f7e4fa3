// Command copier prints the monitor's command that copies a disk of a running guest, on whatever QEMU this is.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"example.org/copier/virtgate"
)

// open takes the gates from "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of "gates --json".
func open(place, target string) (*virtgate.Gates, error) {
	if strings.HasPrefix(place, "unix:") || strings.HasPrefix(place, "tcp:") {
		return virtgate.Fetch(place, target)
	}
	return virtgate.Load(place, target)
}

func copyDisk(gates *virtgate.Gates, disk, target string) (any, error) {
	path, enabled := gates.Path(virtgate.BlockMirror)
	if !enabled {
		verdict, _ := gates.Verdict(virtgate.BlockMirror)
		return nil, fmt.Errorf("%s: %s", verdict.Reason, verdict.Sentence)
	}
	arguments := map[string]string{"device": disk, "target": target, "sync": "full"}
	switch path {
	case virtgate.BlockMirrorViaBlockdevMirror:
		arguments["job-id"] = "copy"
		if gates.Enabled(virtgate.BlockMirrorCopyMode) {
			arguments["copy-mode"] = "write-blocking"
		}
	case virtgate.BlockMirrorViaDriveMirror:
	default: // the host's data is newer than this driver
		return nil, fmt.Errorf("no branch for %s", path)
	}
	return map[string]any{"execute": path.String(), "arguments": arguments}, nil
}

func run(place, target string) error {
	gates, err := open(place, target)
	if err != nil {
		return err
	}
	command, err := copyDisk(gates, "disk0", "copy0")
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(command)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: copier FILE|unix:PATH|tcp:HOST:PORT [TARGET]")
		os.Exit(2)
	}
	if err := run(os.Args[1], strings.Join(os.Args[2:], " ")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
