import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogLine, StepRow, WireError } from '@casare/shared';

/** What happens to a request: it is lost before it counts, its answer is lost, it comes late, twice, or is refused. */
export type Fault = 'lost' | 'answer lost' | 'late' | 'unavailable' | 'garbage' | { status: number; error: WireError };

/** The receiving end of one job's reports: keeps rows and lines as the orchestrator does, with faults in between. */
export async function startReportTarget() {
  let rows: StepRow[] = [];
  const lines = new Map<number, LogLine>();
  const ends: { kind: string; body: Record<string, unknown> }[] = [];
  const faults: Fault[] = [];
  let requests = 0;

  function take(kind: string, body: Record<string, unknown>): unknown {
    if (kind === 'progress') {
      for (const row of (body['steps'] ?? []) as StepRow[]) if (row.seq === rows.length + 1) rows.push(row);
      for (const line of (body['logs'] ?? []) as LogLine[]) lines.set(line.seq, line);
      return { lastStepSeq: rows.length, lastLogSeq: Math.max(0, ...lines.keys()), cancelRequested: false };
    }
    if ((body['lastStepSeq'] as number) > rows.length)
      return { error: { code: 'CONFLICT', message: 'Journal rows are missing.', retryable: true } };
    ends.push({ kind, body });
    return { state: 'completed', duplicate: ends.length > 1 };
  }

  const server = createServer((request, response) => {
    void read(request).then((body) => {
      requests += 1;
      const fault = faults.shift();
      const kind = (request.url ?? '').split('/').at(-1) ?? '';
      if (fault === 'lost') return request.socket.destroy();
      if (fault === 'unavailable')
        return void response.writeHead(503).end('{"error":{"code":"UNAVAILABLE","message":"Later."}}');
      if (fault === 'garbage') return void response.writeHead(200).end('<html>');
      if (typeof fault === 'object')
        return void response.writeHead(fault.status).end(JSON.stringify({ error: fault.error }));
      const answer = take(kind, body) as { error?: WireError };
      if (fault === 'answer lost') return request.socket.destroy();
      const send = () => response.writeHead(answer.error ? 409 : 200).end(JSON.stringify(answer));
      if (fault === 'late') setTimeout(send, 100);
      else send();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ends,
    faults,
    get rows(): readonly StepRow[] {
      return rows;
    },
    get lines(): LogLine[] {
      return [...lines.values()];
    },
    get requests() {
      return requests;
    },
    /** As after a restore from an older backup. */
    forgetRowsAfter(seq: number) {
      rows = rows.slice(0, seq);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}
