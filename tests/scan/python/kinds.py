def f(qmp, n):
    caps = [{"capability": "compress", "state": True}]
    qmp.execute("migrate-set-capabilities", {"capabilities": caps})
    qmp.execute("block_resize", dict(device="d", size=str(n)))
    qmp.execute("block_resize", {"device": "d", "size": f"{n}"})
    qmp.execute("balloon", {"value": 1.5})
    qmp.execute("balloon", {"value": n})
    qmp.execute("netdev_add", {"type": "user", "id": "n", "ifname": "tap0"})
