const { FlagdCore } = require('@openfeature/flagd-core');
const fs = require('fs');
const [file, ...targets] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
const core = new FlagdCore();
core.setConfigurations(text);
const out = {};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
for (const target of targets) {
  out[target] = {};
  for (const name of Object.keys(JSON.parse(text).flags)) {
    const found = core.resolveBooleanEvaluation(name, false, { targetingKey: target }, quiet);
    out[target][name] = found.errorCode ?? found.value;
  }
}
console.log(JSON.stringify(out));
