import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ARTIFACT_CHUNK,
  artifactChunkReplySchema,
  asAppError,
  type ClaimedJob,
  type DeclareArtifact,
  declareArtifactReplySchema,
  LARGEST_ARTIFACT,
} from '@casare/shared';
import type { Logger } from 'pino';
import { createBackoff } from '../backoff.ts';
import { isTemporary, type OrchestratorClient } from '../orchestrator-client.ts';
import type { Reachability } from '../reachability.ts';
import type { Evidence } from './look.ts';
import { proofOf } from './proof.ts';

/** What waits to be sent takes no more of the disk; the oldest goes first. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Evidence on its way to the orchestrator: on disk until it has arrived, also over a restart. */
export interface Spool {
  /** Of a job that this robot has or had; `proof` where its key is not known any more. */
  addForJob(
    job: Pick<ClaimedJob, 'jobId' | 'fence' | 'attempt' | 'journalKey'>,
    evidence: Evidence,
    proof?: string,
  ): Promise<string | undefined>;
  /** Of the robot itself. Resolves with the id of the artifact once it has arrived; undefined when it was refused. */
  add(evidence: Evidence): Promise<string | undefined>;
  readonly waiting: number;
  /** Sends on at once. */
  wake(): void;
  /** Resolves when nothing is being sent any more. */
  stopped(): Promise<void>;
}

interface SpoolOptions {
  dataFolder: string;
  instanceId: string;
  client: OrchestratorClient;
  reach: Reachability;
  log: Logger;
  signal: AbortSignal;
}

type Declared = Omit<DeclareArtifact, 'instanceId'>;

export function openSpool(options: SpoolOptions): Spool {
  const { instanceId, client, reach, log, signal } = options;
  const folder = join(options.dataFolder, 'spool');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const arrivals = new Map<string, (id: string | undefined) => void>();
  let running: Promise<void> | undefined;
  let again = false;

  /** Names begin with the time: in order, the oldest first. */
  function names(): string[] {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => name.slice(0, -'.json'.length));
  }

  function drop(name: string): void {
    for (const end of ['.json', '.bin']) rmSync(join(folder, name + end), { force: true });
  }

  function makeRoom(bytes: number): void {
    const kept = names().map((name) => ({ name, size: sizeOf(join(folder, `${name}.bin`)) }));
    let total = kept.reduce((sum, { size }) => sum + size, bytes);
    for (const { name, size } of kept) {
      if (total <= MOST_BYTES) return;
      log.warn({ name }, 'evidence that waits to be sent takes too much room; the oldest is dropped');
      drop(name);
      arrivals.get(name)?.(undefined);
      arrivals.delete(name);
      total -= size;
    }
  }

  function keep({ content, ...described }: Evidence, job?: DeclareArtifact['job']): Promise<string | undefined> {
    if (content.length === 0 || content.length > LARGEST_ARTIFACT) return Promise.resolve(undefined);
    const declared: Declared = {
      kind: described.kind,
      name: described.name,
      contentType: described.contentType,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      takenAt: new Date(described.takenAt).toISOString(),
      ...(job && { job }),
    };
    makeRoom(content.length);
    const name = `${String(Date.now()).padStart(15, '0')}-${randomUUID()}`;
    try {
      writeFileSync(join(folder, `${name}.bin`), content, { mode: 0o600 });
      // Last: what has a description is whole.
      writeFileSync(join(folder, `${name}.part`), JSON.stringify(declared), { mode: 0o600 });
      renameSync(join(folder, `${name}.part`), join(folder, `${name}.json`));
    } catch (error) {
      log.warn({ reason: asAppError(error).message }, 'evidence cannot be kept');
      drop(name);
      return Promise.resolve(undefined);
    }
    const arrived = new Promise<string | undefined>((resolve) => arrivals.set(name, resolve));
    wake();
    return arrived;
  }

  async function send(name: string): Promise<string> {
    const declared = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Declared;
    const content = readFileSync(join(folder, `${name}.bin`));
    const place = await client.call('POST', '/artifacts', declareArtifactReplySchema, {
      body: { instanceId, ...declared },
      signal,
    });
    let { next, complete } = place;
    while (!complete) {
      const data = content.subarray(next * ARTIFACT_CHUNK, (next + 1) * ARTIFACT_CHUNK).toString('base64');
      const reply = await client.call('POST', `/artifacts/${place.id}/pieces`, artifactChunkReplySchema, {
        body: { instanceId, index: next, data },
        extraMs: 20_000,
        signal,
      });
      if (reply.next <= next && !reply.complete)
        throw new TypeError('the orchestrator took a piece and does not count it');
      ({ next, complete } = reply);
    }
    return place.id;
  }

  async function sendAll(): Promise<void> {
    const backoff = createBackoff(500, 30_000);
    for (let [name] = names(); name !== undefined && !signal.aborted; [name] = names()) {
      let id: string | undefined;
      try {
        id = await send(name);
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        if (isTemporary(error) || isUnknownHere(error)) {
          await reach.pause(backoff.next(), signal);
          continue;
        }
        log.warn({ reason: asAppError(error).message, name }, 'evidence was refused and is dropped');
      }
      drop(name);
      arrivals.get(name)?.(id);
      arrivals.delete(name);
    }
  }

  function wake(): void {
    again = true;
    running ??= (async () => {
      while (again && !signal.aborted) {
        again = false;
        await sendAll().catch((error: unknown) =>
          log.warn({ reason: asAppError(error).message }, 'evidence cannot be sent'),
        );
      }
    })().finally(() => {
      running = undefined;
    });
  }

  reach.onBack(wake);
  return {
    addForJob(job, evidence, made) {
      const { jobId, fence, attempt, journalKey } = job;
      const sha256 = createHash('sha256').update(evidence.content).digest('hex');
      const proof = journalKey === '' ? made : proofOf(job, sha256);
      return proof === undefined ? Promise.resolve(undefined) : keep(evidence, { jobId, fence, attempt, proof });
    },
    add: (evidence) => keep(evidence),
    get waiting() {
      return names().length;
    },
    wake,
    stopped: async () => running,
  };
}

/** It has not registered again yet. */
function isUnknownHere(error: unknown): boolean {
  const { code } = asAppError(error);
  return code === 'ALREADY_RUNNING' || (code === 'NOT_FOUND' && asAppError(error).message.startsWith('No robot'));
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
