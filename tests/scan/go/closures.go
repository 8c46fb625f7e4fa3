package p

func (s *Scriptlet) run(m *qmp.Monitor) {
	runQMP := func(cmd string, args map[string]any) error {
		return m.Run(cmd, args, nil)
	}

	makeQOM := func(cmdName string) func(thread string) error {
		return func(thread string) error {
			return m.Run(cmdName, nil, nil)
		}
	}

	_ = runQMP("block_resize", map[string]any{"size": "100"})
	_ = makeQOM("no-such-qom")
	args := map[string]any{"uri": s.uri, "blk": true}
	_ = m.Run("migrate", args, &resp)
}

func (m *Monitor) Run(cmd string, args any, resp any) error {
	return m.send(request{Execute: cmd, Arguments: args})
}
