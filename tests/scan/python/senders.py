class Vm:
    def first(self, qmp, cmd, **kw):
        return qmp.execute(cmd, kw)
    def second(self, name, args):
        return self.first(self.q, name, **args)
    def third(self):
        self.first(self.q, cmd="query-cpus")
        self.second("query-events", {})
        self.vm.qmp(cmd="change", args={})
