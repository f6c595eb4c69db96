import type { BrowserContext, Request } from 'playwright-core';
import { fitsAddress } from './address-pattern.ts';

/** One request of the pages, as far as it was asked for. */
export interface TrafficEntry {
  method: string;
  url: string;
  kind: string;
  /** 0 where there was no answer. */
  status: number;
  /** Why there was no answer. */
  failure?: string;
  startedAt: number;
  ms: number;
  requestBody?: string;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

export interface TrafficFilter {
  url?: string;
  kinds?: string[];
  /** Keeps headers and bodies of text up to `MAX_BODY`. */
  withBodies: boolean;
}

export interface TrafficLog {
  /** Forgets what was recorded before. */
  start(filter: TrafficFilter): void;
  stop(): void;
  isRecording(): boolean;
  /** Waits for bodies that are still being read. `dropped` counts what did not find room. */
  read(): Promise<{ entries: TrafficEntry[]; dropped: number }>;
  clear(): void;
}

const MAX_ENTRIES = 5000;
const MAX_BODY = 64 * 1024;
/** A body that the browser does not hand out any more (the page has gone) is left out after this. */
const BODY_MS = 2000;

/** Listens to all pages of a context while it is told to. */
export function createTrafficLog(): TrafficLog & { attach(context: BrowserContext): void } {
  let filter: TrafficFilter | undefined;
  let entries: TrafficEntry[] = [];
  let dropped = 0;
  let pending: Promise<void>[] = [];

  function note(request: Request): void {
    const wanted = filter;
    if (!wanted) return;
    if (wanted.url !== undefined && !fitsAddress(wanted.url, request.url())) return;
    if (wanted.kinds && !wanted.kinds.includes(request.resourceType())) return;
    if (entries.length >= MAX_ENTRIES) {
      dropped += 1;
      return;
    }
    const timing = request.timing();
    const entry: TrafficEntry = {
      method: request.method(),
      url: request.url().slice(0, 10_000),
      kind: request.resourceType(),
      status: 0,
      startedAt: Math.round(timing.startTime),
      ms: Math.max(0, Math.round(timing.responseEnd)),
    };
    const failure = request.failure()?.errorText;
    if (failure) entry.failure = failure;
    entries.push(entry);
    if (wanted.withBodies) {
      const sent = request.postData();
      if (sent !== null) entry.requestBody = sent.slice(0, MAX_BODY);
    }
    pending.push(complete(request, entry, wanted.withBodies));
  }

  return {
    start(next) {
      filter = next;
      entries = [];
      dropped = 0;
      pending = [];
    },
    stop() {
      filter = undefined;
    },
    isRecording: () => filter !== undefined,
    async read() {
      await Promise.all(pending);
      pending = [];
      return { entries: [...entries], dropped };
    },
    clear() {
      filter = undefined;
      entries = [];
      pending = [];
      dropped = 0;
    },
    attach(context) {
      context.on('requestfinished', note);
      context.on('requestfailed', note);
    },
  };
}

async function complete(request: Request, entry: TrafficEntry, withBodies: boolean): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, BODY_MS).unref());
  const reading = (async () => {
    const response = await request.response();
    if (!response) return;
    entry.status = response.status();
    if (!withBodies) return;
    entry.responseHeaders = response.headers();
    if (!/json|text|xml|javascript|urlencoded/i.test(entry.responseHeaders['content-type'] ?? '')) return;
    entry.responseBody = (await response.text()).slice(0, MAX_BODY);
  })().catch(() => undefined);
  await Promise.race([reading, late]);
}
