package monitor

// Run("only-in-a-comment", nil, nil)
type request struct {
	Execute   string `json:"execute"`
	Arguments any    `json:"arguments,omitempty"`
}

// Run sends one QMP command.
func (m *Monitor) Run(cmd string, args any, resp any) error {
	return m.send(request{Execute: cmd, Arguments: args}, resp)
}

func (m *Monitor) Commit(device string) error {
	var args struct {
		Device string `json:"device"`
		Export struct {
			Inner string `json:"inner-is-no-argument"`
		} `json:"backing-file"`
	}
	args.Device = device
	return m.Run("block-commit", args, nil)
}

func (m *Monitor) Others(path string) error {
	args := map[string]any{"id": "x", "qom-type": "rng-random", "filename": path}
	_ = m.Run("object-add", args, nil)
	_ = m.Run("qom-set", map[string]any{"path": path, "no-such": 1}, nil)
	_ = m.send(request{Execute: "getfd"}, nil)
	text := `{"execute": "query-uuid"}`
	return m.Run("no-such-command", nil, text)
}

func TestAll(t *testing.T) {
	t.Run("no-command-but-a-test", nil)
	words := []string{"stop", "quit", "memory", "cont"}
	if event == "SHUTDOWN" || name == "BLOCK_JOB_COMPLETED" {
		qemuArgs = append(qemuArgs, "-device", "virtio-scsi-pci,id=scsi0")
		qemuArgs = append(qemuArgs, "-runas", words[0])
	}
}
