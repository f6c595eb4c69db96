// Loaded before the host's bundle in a plain Node process: gives it the port that Electron gives a utility process.
const listeners: ((event: { data: unknown }) => void)[] = [];
let early: unknown[] = [];

process.on('message', (data) => {
  if (listeners.length === 0) early.push(data);
  for (const listener of listeners) listener({ data });
});
process.on('disconnect', () => process.exit(0));

Object.defineProperty(process, 'parentPort', {
  value: {
    on(_event: 'message', listener: (event: { data: unknown }) => void) {
      listeners.push(listener);
      for (const data of early) listener({ data });
      early = [];
    },
    postMessage: (message: unknown) => process.send?.(message),
  },
});

export {};
