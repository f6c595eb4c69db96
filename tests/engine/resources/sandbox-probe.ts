import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

// Stands in for sandbox-child.ts in a test: tells what its process may do.

process.on('message', (order: { code: string; input: string }) => {
  const answer = {
    env: Object.keys(process.env).filter(
      (name) => name !== 'NODE_CHANNEL_FD' && name !== 'NODE_CHANNEL_SERIALIZATION_MODE',
    ),
    read: codeOf(() => readFileSync(order.code)),
    write: codeOf(() => writeFileSync(order.input, 'x')),
    spawn: codeOf(() => execFileSync(process.execPath, ['--version'])),
    thread: codeOf(() => new Worker('1', { eval: true })),
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- that this is refused is what the test is about.
    eval: codeOf(() => new Function('return 1')()),
  };
  process.send?.({ answer });
});

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'allowed';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
  }
}
