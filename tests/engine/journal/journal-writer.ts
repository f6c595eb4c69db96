// Started under strace by disk-faults.long.test.ts: appends rows one by one and says which of them are durable.
import { writeSync } from 'node:fs';
import { openSqliteJournal } from '../../../engine/journal/sqlite-journal.ts';

const [path = '', count = '0'] = process.argv.slice(2);
const journal = openSqliteJournal({ path, runId: 'run', key: Buffer.alloc(32, 9) });
writeSync(1, 'open\n');
for (let i = 1; i <= Number(count); i++) {
  journal.append({ kind: 'finished', path: `step${i}`, nodeId: 'step', at: i, output: 'x'.repeat(i * 50) });
  try {
    await journal.flush('effect');
  } catch (thrown) {
    writeSync(1, `failed ${(thrown as { code?: string }).code}\n`);
    break;
  }
  writeSync(1, `${i}\n`);
}
process.exit(0);
