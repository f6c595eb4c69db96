// A program that runs an example with a journal in a file and, when told to, is killed as soon as an event comes:
// node run-example.ts <example> <site> <folder> [<event type> <path>]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinNodes, compile, createRegistry, openSqliteJournal, run } from '@casare/engine';
import { workflowSchema } from '@casare/shared';
import { createRunResources } from '../../engine/resources/create-resources.ts';

const [name = '', site = '', folder = '', type, path] = process.argv.slice(2);
const text = readFileSync(join(import.meta.dirname, '../../examples', `${name}.flow.json`), 'utf8');
const result = await run(compile(workflowSchema.parse(JSON.parse(text)), createRegistry(builtinNodes)), {
  runId: `die-${name}`,
  input: { site },
  journal: openSqliteJournal(join(folder, 'journal.sqlite')),
  resources: createRunResources({ folder }),
  onEvents(events) {
    const isTime = events.some((event) => event.type === type && 'path' in event && event.path === path);
    if (isTime) process.kill(process.pid, 'SIGKILL');
  },
});
console.log(JSON.stringify({ status: result.status, code: result.error?.code, replayed: result.replayedSteps }));
