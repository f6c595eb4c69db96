// The runtime of Node-RED with chains of change and of function nodes; no editor, no server.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const util = require('@node-red/util');
const runtime = require('@node-red/runtime');
const { getNode } = require('@node-red/runtime/lib/nodes');

const userDir = mkdtempSync(join(tmpdir(), 'node-red-bench-'));
const settings = {
  userDir,
  flowFile: 'flows.json',
  coreNodesDir: dirname(require.resolve('@node-red/nodes/package.json')),
  logging: { console: { level: 'off', metrics: false, audit: false } },
  credentialSecret: false,
  editorTheme: {},
  functionGlobalContext: {},
  httpAdminRoot: false,
  disableEditor: true,
  version: '4',
};
util.init(settings);
runtime.init(settings);
await runtime.start();

const kinds = {
  change: { type: 'change', rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '1', tot: 'num' }] },
  function: { type: 'function', func: 'msg.payload = 1; return msg;', outputs: 1 },
};

async function chain(kind, count) {
  const id = (i) => `${kind}${count}x${i}`;
  const z = `${kind}${count}`;
  const flows = [{ id: z, type: 'tab', label: z }];
  for (let i = 0; i < count; i++) flows.push({ id: id(i), z, ...kinds[kind], wires: [[id(i + 1)]] });
  flows.push({ id: id(count), z, type: 'change', rules: [], wires: [[]] });
  await runtime.flows.setFlows({ flows: { flows }, deploymentType: 'full' });
  // The first deployment may be answered by the start of the empty flows.
  while (!getNode(id(count))) await new Promise((resolve) => setTimeout(resolve, 10));
  let arrived;
  getNode(id(count)).on('input', () => arrived());
  const runs = [];
  for (let i = 0; i < 7; i++) {
    const began = performance.now();
    await new Promise((resolve) => {
      arrived = resolve;
      getNode(id(0)).receive({ payload: 0 });
    });
    runs.push(count / ((performance.now() - began) / 1000));
  }
  return runs.sort((a, b) => a - b);
}

for (const kind of ['change', 'function']) {
  for (const count of [10, 100, 1000]) {
    const runs = await chain(kind, count);
    const [min, value, max] = [runs[0], runs[3], runs[6]];
    console.log(
      JSON.stringify({ name: `Node-RED, chain of ${count} ${kind} nodes`, unit: 'nodes/s', value, min, max }),
    );
  }
}
rmSync(userDir, { recursive: true, force: true });
process.exit(0);
