// Started as a process by browser-kill.long.test.ts: fills in a form in a browser, and kills itself at the row of that number.
import { join } from 'node:path';
import { openSqliteJournal } from '@casare/engine';
import { runForm } from './browser-form.ts';

const [site = '', folder = '', killAt] = process.argv.slice(2);
const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: folder });
let boundaries = 0;
const pass = () => {
  boundaries += 1;
  if (boundaries === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
await runForm(site, folder, {
  load: () => journal.load(),
  append(row, shown) {
    const numbered = journal.append(row, shown);
    pass();
    return numbered;
  },
  async flush(reason) {
    await journal.flush(reason);
    pass();
  },
  close: () => journal.close(),
});
await journal.close();
