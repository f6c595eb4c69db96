import { createScriptRunner, type ScriptOrder } from './script-runner.ts';

// The process scripts run in, one at a time. It has an empty environment, no right to files or programs (--permission), and its
// parent kills it when it does not answer in time or when QuickJS itself broke.

const runScript = createScriptRunner();

process.on('message', (order: ScriptOrder) => {
  runScript(order).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ broken: error instanceof Error ? error.message : 'unknown' }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
