"""What a xend's source shows: written here in the ways that upstream wrote it from 3.0.0 to 4.4."""

from __future__ import annotations

import pytest

from virtgate.hypervisors.xend.sexpr import parse_sexpr, read_pairs
from virtgate.hypervisors.xend.source import read_device_classes, read_operations

HTTP = "xend/server/SrvDomain.py"
RPC = "xend/server/XMLRPCServer.py"


def operations(**files: str) -> dict[str, str]:
    paths = {
        "http": HTTP,
        "directory": "xend/server/SrvDomainDir.py",
        "rpc": RPC,
        "domains": "xend/XendDomain.py",
        "info": "xend/XendDomainInfo.py",
        "node": "xend/XendNode.py",
        "pools": "xend/XendCPUPool.py",
        "network": "xend/server/netif.py",
    }
    found = read_operations({paths[name]: text for name, text in files.items()})
    return {name: " ".join(map(str, arguments)) for name, arguments in found.items()}


def in_class(body: str) -> str:
    return "class SrvDomain(SrvDir):\n" + "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ("def op_x(self, _1, _2):\n    return self.xd.x(self.dom.domid)", ""),
        (
            "def op_x(self, _, req):\n    return self.call(f, [['a', 'int'], ['b', 'sxpr']], req)",
            "a b",
        ),
        (
            'def op_x(self, _, req):\n    return self.call(f,\n\t[["a", "int"],\n\t ["b", "str"]],\n\treq)',
            "a b",
        ),
        (
            "def op_x(self, _, req):\n    fn = FormFn(self.xd.x, [['dom', 'int'], ['a', 'str']])\n"
            "    val = fn(req.args, {'dom': self.dom.domid})\n    return val",
            "a",
        ),
        ("def op_x(self, _, req):\n    return self.dom.x(int(req.args['key'][0]))", "key"),
        ("def op_x(self, _, req):\n    text = req.args.get('config')[0]", "config"),
        (
            "def op_x(self, _, req):\n    p = 'paused' in req.args and req.args['paused'] == [1]",
            "paused?",
        ),
        (
            "def op_x(self, op, req):\n    return req.threadRequest(self.do_x, op, req)\n\n"
            "def do_x(self, _, req):\n    return self.xd.x(req.args['file'][0])",
            "file",
        ),
        ("def op_x(self, _, req):\n    # [['a', 'int']]\n    '''[['b', 'int']]'''\n    return 'c # d'", ""),
        ("def op_x(self, _, req):\n    pass\n\ndef other(self):\n    return [['a', 'int']]", ""),
    ],
)
def test_an_operation_takes_what_its_method_reads(body: str, arguments: str) -> None:
    assert operations(http=in_class(body)) == {"x": arguments}


def test_what_is_given_beside_the_class_is_no_operation() -> None:
    assert operations(http="def up_x(self):\n    pass\n\n# def op_y(self, _, req):\n") == {}


MAC = """
class NetifController(DevController):
    def convertToDeviceNumber(self, devid):
        return [n for n in devs if sxp.child_value(n, 'mac') == devid][0]

    def other(self):
        pass
"""


@pytest.mark.parametrize(
    ("network", "taken"),
    [(MAC, "type dev dev=mac"), (MAC.replace("'mac'", "'uuid'"), "type dev"), ("", "type dev")],
)
def test_an_address_is_taken_where_network_devices_are_found_by_it(network: str, taken: str) -> None:
    body = "def op_device_destroy(self, _, req):\n    self.call(f, [['type', 'str'], ['dev', 'str']], req)"
    assert operations(http=in_class(body), network=network) == {"device_destroy": taken}


SERVER = """
def domain(domid, full = 0):
    pass

def domain_create(config):
    pass

methods = ['setName', 'destroyDevice',
           'gone']
exclude = ['domain_create', 'domain_restore']

class XMLRPCServer:
    def run(self):
        for name in dir(inst):
            self.server.register_function(fn, "xend.domain.%s" % name[7:])
        for name in POOL_FUNCS:
            self.server.register_function(fn, "xend.cpu_pool.%s" % name[5:])
        for type, lst, n in [(XendNode, ['info', 'poke'], 'node'),
                             (XendDmesg, ['info'], 'node.dmesg')]:
            pass
        self.server.register_function(domain, 'xend.domain')
        self.server.register_function(domain_create, 'xend.domain.create')
"""


def test_a_method_takes_the_parameters_of_what_is_registered() -> None:
    found = operations(
        rpc=SERVER,
        domains=(
            "class XendDomain:\n    def domain_save(self, domid, dst, checkpoint=False):\n        pass\n"
            "    def domain_set(self, domid, a, b,\n          c = None, \\\n          d = -1):\n"
            "        pass\n    def domain_restore(self, src): pass\n    def list(self):\n        pass\n"
        ),
        info="class X:\n    def destroyDevice(self, deviceClass, devid, force = False):\n        pass\n",
        pools="class XendCPUPool:\n    def pool_start(cls, poolname):\n        pass\n",
        node="class XendNode:\n    def info(self, show_numa=0):\n        pass\n",
    )
    assert found == {
        "xend.domain.setName": "domid",
        "xend.domain.destroyDevice": "domid deviceClass devid force?",
        "xend.domain.gone": "domid",
        "xend.domain.save": "domid dst checkpoint?",
        "xend.domain.set": "domid a b c? d?",
        "xend.cpu_pool.start": "poolname",
        "xend.node.info": "show_numa?",
        "xend.node.poke": "",
        "xend.node.dmesg.info": "",
        "xend.domain": "domid full?",
        "xend.domain.create": "config",
    }


def test_an_argument_of_a_method_is_known_by_its_place() -> None:
    files = {RPC: SERVER, "xend/XendDomain.py": "def domain_save(self, domid, dst):\n    pass\n"}
    assert [one.type for one in read_operations(files)["xend.domain.save"]] == ["argument 1", "argument 2"]


def test_without_the_server_there_are_no_methods() -> None:
    assert operations(domains="def domain_save(self, domid):\n    pass\n") == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "xend/XendDevices.py",
            "class X:\n    controllers = {\n        'vif': a.B, 'tap': C,\n    }\n    d = {'e': f}\n",
        ),
        (
            "xend/XendDomainInfo.py",
            "addControllerClass('vif', a.B)\naddControllerClass(\"tap\",  C)\n# addControllerClass('a', D)",
        ),
    ],
)
def test_the_classes_of_devices_are_in_a_table_or_added_one_by_one(name: str, text: str) -> None:
    assert read_device_classes({name: text}) == ("tap", "vif")


def test_a_hostile_source_shows_nothing_and_takes_no_time() -> None:
    for text in (
        "'" * 200_000,
        "def op_(" * 50_000,
        "(" * 200_000,
        '"""' * 60_001,
        "\\" * 200_000,
        "def op_x(self," + "(" * 90_000,
    ):
        assert read_operations({HTTP: text, RPC: text, "xend/XendDomain.py": text}) == {}
        assert read_device_classes({"xend/XendDevices.py": text}) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(node)", ["node"]),
        ("(node (a b) (c))", ["node", ["a", "b"], ["c"]]),
        ('(a \'b c\' "d\\"e" f\\g)', ["a", "b c", 'd"e', "f\\g"]),
        ("(a 'it\\'s\\n' '')", ["a", "it's\n", ""]),
        (" ( a(b)'c' ) ", ["a", ["b"], "c"]),
    ],
)
def test_an_s_expression_is_lists_and_texts(text: str, value: list[object]) -> None:
    assert parse_sexpr(text) == value


@pytest.mark.parametrize(
    "text", ["", "a", "(a", "a)", "(a))", "(a) (b)", "('a)", "(" * 40 + ")" * 40, "(a)" + " " * 300_000]
)
def test_what_is_no_s_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_sexpr(text)


def test_pairs_are_rows_of_texts_only() -> None:
    assert read_pairs([["a", "b"], ["c"], ["d", "e", "f"], "g", ["h", ["i"]], []]) == {
        "a": "b",
        "c": "",
        "d": "e f",
    }
