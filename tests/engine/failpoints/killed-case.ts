// Started as a process by sweep.ts: runs one case and kills itself at the boundary of that number.
import { failpointCases } from './cases.ts';
import { runCase } from './run-case.ts';

const [name, folder = '', killAt] = process.argv.slice(2);
const found = failpointCases.find((one) => one.name === name);
if (found === undefined) throw new Error(`There is no case "${name}".`);
let passed = 0;
const { result } = await runCase(found, folder, () => {
  passed += 1;
  if (passed === Number(killAt)) process.kill(process.pid, 'SIGKILL');
});
// With several steps at a time the number of boundaries differs a little from run to run.
if (result.status !== 'completed') throw new Error(`The run ended as ${result.status}: ${result.error?.message}`);
