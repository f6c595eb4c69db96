// The execution engine of n8n with a node that hands its items on, in chains of 10, 100 and 1,000; no database, no server.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('reflect-metadata');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core');
const { Workflow } = require('n8n-workflow');

const description = {
  name: 'pure',
  displayName: 'Pure',
  group: [],
  version: 1,
  description: '',
  defaults: { name: 'Pure' },
  inputs: ['main'],
  outputs: ['main'],
  properties: [],
};
const pure = {
  description,
  async execute() {
    return [this.getInputData()];
  },
};
const nodeTypes = { getByName: () => pure, getByNameAndVersion: () => pure, getKnownTypes: () => ({}) };

async function chain(count) {
  const nodes = [];
  const connections = {};
  for (let i = 0; i <= count; i++) {
    nodes.push({ id: `${i}`, name: `n${i}`, type: 'pure', typeVersion: 1, position: [0, 0], parameters: {} });
    if (i < count) connections[`n${i}`] = { main: [[{ node: `n${i + 1}`, type: 'main', index: 0 }]] };
  }
  const workflow = new Workflow({ id: 'bench', nodes, connections, active: false, nodeTypes });
  const additionalData = {
    hooks: new ExecutionLifecycleHooks('manual', '1', { id: 'bench', nodes, connections }),
    credentialsHelper: {},
    executionId: '1',
    variables: {},
    secretsHelpers: {},
    setExecutionStatus() {},
  };
  const began = performance.now();
  const { data } = await new WorkflowExecute(additionalData, 'manual').run({
    workflow,
    startNode: workflow.getNode('n0'),
  });
  const seconds = (performance.now() - began) / 1000;
  if (Object.keys(data.resultData.runData).length !== count + 1) throw new Error('n8n did not run every node');
  return count / seconds;
}

for (const count of [10, 100, 1000]) {
  const runs = [];
  for (let i = 0; i < 5; i++) runs.push(await chain(count));
  runs.sort((a, b) => a - b);
  const [min, , value, , max] = runs;
  console.log(JSON.stringify({ name: `n8n-core, chain of ${count} nodes`, unit: 'nodes/s', value, min, max }));
}
process.exit(0);
