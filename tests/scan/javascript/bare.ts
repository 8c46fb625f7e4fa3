async function f(qmp, n) {
  await qmp.execute("block_resize", { device: "d", size: `${n}` });
  qmp.send({ execute: "block_resize", arguments: { device: "d", size: n } });
}
