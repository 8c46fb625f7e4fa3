package p
func (b B) QemuParams() []string {
	var deviceParams []string
	var qemuParams []string
	deviceParams = append(deviceParams, string(b.Driver))
	deviceParams = append(deviceParams, ",scsi=off")
	deviceParams = append(deviceParams, fmt.Sprintf(",drive=%s", b.ID))
	qemuParams = append(qemuParams, "-device")
	qemuParams = append(qemuParams, strings.Join(deviceParams, ""))
	args := []string{"-M", "pc-1.0", "-device", "sga", "-object", fmt.Sprintf("memory-backend-file,id=%s,share=on", x)}
	return qemuParams
}
