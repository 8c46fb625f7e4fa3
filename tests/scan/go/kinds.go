package p

func f(qmp *Monitor, n int, id string) {
	qmp.Run("block_resize", map[string]any{"id": id, "size": strconv.Itoa(n)}, nil)
	id := map[string]string{
		"node-name": id,
	}
	qmp.Run("blockdev-del", id, nil)
}
