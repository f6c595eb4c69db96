import { connect } from 'node:net';
import { lookup } from 'node:dns/promises';

// Stands in for sandbox-child.ts in a test: tries to leave the machine, and this process, with what Node has.

process.on('message', (order: { code: string }) => {
  void Promise.all([
    tryConnect(Number(order.code)),
    lookup('example.com').then(
      () => 'resolved',
      () => 'refused',
    ),
  ]).then(([socket, name]) =>
    process.send?.({ answer: { socket, name, uid: process.getuid?.() ?? -1, groups: process.getgroups?.() ?? [] } }),
  );
});

function tryConnect(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    socket.once('connect', () => resolve('connected'));
    socket.once('timeout', () => resolve('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
  });
}
