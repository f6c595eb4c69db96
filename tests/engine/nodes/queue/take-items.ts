// Started as several processes by queue.test.ts: takes items until there are none and says which.
import { openLocalQueues } from '@casare/engine';

const [path = '', name = ''] = process.argv.slice(2);
const queues = openLocalQueues(path);
const taken: string[] = [];
for (let turn = 0; ; turn++) {
  const item = await queues.next({ queue: 'shared', effectKey: `${name}-${turn}`, lockMs: 60_000 });
  if (!item) break;
  taken.push(String(item.reference));
  await queues.report(item.id, item.lock ?? '', { status: 'successful', output: null });
}
queues.close();
process.stdout.write(JSON.stringify(taken));
