package p

func f(args []string, x string) []string {
	var params []string
	params = append(params, "nic")
	params = append(params, "vlan=0")
	args = append(args, "-net", strings.Join(params, ","), "-nodefaults")
	return append(args, "-fsdev", strings.Join([]string{"proxy", "id=f"}, ","))
}
