// Started as a process by exactly-once.long.test.ts: writes into a database, and may die at once after a commit, before the journal knows of it.
import { tmpdir } from 'node:os';
import {
  compile,
  controlNodes,
  createRegistry,
  createRunResources,
  openSqliteJournal,
  type RunResources,
  run,
} from '@casare/engine';
import { databaseNodes } from '../../../../engine/nodes/database/index.ts';
import { workflowOf } from '../../../support/workflows.ts';

const [journalPath = '', connection = '', dieAt = '0'] = process.argv.slice(2);

const document = workflowOf(
  {
    start: 'control.start',
    each: { type: 'control.forEach', params: { items: [1, 2, 3] } },
    pay: {
      type: 'database.batch',
      params: {
        ...(JSON.parse(connection) as object),
        statements: ['insert into payments (item) values (:item)', 'update totals set amount = amount + 10'],
        parameters: { item: '${item}' },
        exactlyOnce: true,
      },
    },
  },
  ['start>each', 'each.body>pay'],
);

const resources = createRunResources({ folder: tmpdir(), allowedFolders: [tmpdir()] });
let uses = 0;
const dying: RunResources = {
  ...resources,
  databases: {
    ...resources.databases,
    async use(target, options, work) {
      const result = await resources.databases.use(target, options, work);
      uses += 1;
      if (uses === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
      return result;
    },
  },
};
const journal = openSqliteJournal({ path: journalPath, runId: 'killed-write' });
const result = await run(compile(document, createRegistry([...controlNodes, ...databaseNodes])), {
  runId: 'killed-write',
  input: {},
  journal,
  resources: dying,
});
await journal.close();
process.stdout.write(`${result.status} ${uses} ${result.error?.message ?? ''}`);
