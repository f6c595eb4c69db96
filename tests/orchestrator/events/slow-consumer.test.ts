import type { Socket as NetSocket } from 'node:net';
import type { FleetEvent } from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { publish, startFleet, submit } from '../fleet.ts';

/** The TCP connection below a client, by which it can stop reading. */
function wireOf(socket: Socket): NetSocket {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: NetSocket } } };
  return transport.ws._socket;
}

test('a dashboard that never reads is given up on and told to start afresh; others get everything at once', async () => {
  await using fleet = await startFleet();
  const open = async () => {
    const socket = io(`${fleet.url}/fleet`, {
      transports: ['websocket'],
      auth: { key: fleet.keys.adminKey },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    await socket.emitWithAck('subscribe', {});
    return socket;
  };
  const [slow, fast] = [await open(), await open()];
  try {
    const seen = new Map<string, number>();
    fast.on('event', (event: FleetEvent) => {
      if (event.type === 'job.created') seen.set(String(event.data['id']), performance.now());
    });
    const resyncs: string[] = [];
    slow.on('resync', (reason: string) => resyncs.push(reason));
    const workflowId = await publish(fleet.admin, {
      inputs: [{ name: 'text', type: 'text', required: true }],
    } as never);
    wireOf(slow).pause();
    const before = wireOf(slow).bytesRead;
    const text = 'x'.repeat(500_000);
    // Far more than the buffers of the system between the two hold.
    const jobs = 120;
    const delays: number[] = [];
    for (let i = 0; i < jobs; i++) {
      const { id } = await submit(fleet.admin, workflowId, { input: { text } });
      const answered = performance.now();
      const at = await waitFor(() => seen.get(id), { until: 'the other dashboard sees the job' });
      delays.push(at - answered);
    }
    expect(delays.toSorted((a, b) => a - b)[Math.floor(jobs * 0.9)]).toBeLessThan(200);
    expect(resyncs).toEqual([]);
    wireOf(slow).resume();
    await waitFor(() => resyncs.length > 0, { until: 'it is told to start afresh' });
    // What was kept for it here, and in the system on the way, is a part of what it missed.
    expect(wireOf(slow).bytesRead - before).toBeLessThan((jobs * text.length) / 2);
    // From then on it is one like the others.
    const events: FleetEvent[] = [];
    slow.on('event', (event: FleetEvent) => events.push(event));
    expect(await slow.emitWithAck('subscribe', {})).toMatchObject({ resync: false });
    const { id } = await submit(fleet.admin, workflowId, { input: { text: 'small' } });
    await waitFor(() => events.some(({ data }) => data['id'] === id), { until: 'it sees what comes' });
  } finally {
    slow.disconnect();
    fast.disconnect();
  }
}, 60_000);
