package p
func (q *QMP) AddDevice() error {
	args := map[string]any{"driver": "virtio-net-pci", "id": id, "mq": "on", "vectors": "10"}
	return q.Run("device_add", args, nil)
}
func (q *QMP) Netdev() {
	q.ExecuteCommand("netdev_add", map[string]interface{}{"type": "stream", "reconnect": 5, "addr": map[string]any{"type": "unix", "path": p}})
}
func (q *QMP) run(name string, a map[string]any) { send(map[string]any{"execute": name, "arguments": a}) }
func (q *QMP) ExecuteCommand(name string, a map[string]any) { q.run(name, a) }
func (q *QMP) Run(name string, a map[string]any, resp any) error { return q.run(name, a) }
