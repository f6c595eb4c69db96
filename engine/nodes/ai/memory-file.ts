import { AppError } from '@casare/shared';
import type Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';

export const memoryFields = {
  path: z.string().min(1).max(4096).default('memory.db').meta({
    title: 'Memory file',
    description: 'A file of this machine; several workflows may share one.',
    'x-widget': 'file',
  }),
  collection: z.string().min(1).max(200).default('default').meta({ title: 'Collection' }),
};

export interface Remembered {
  id: string;
  /** Id of the document it is a piece of. */
  owner: string;
  text: string;
  metadata: Record<string, unknown>;
  vector: readonly number[];
}

export interface Found {
  id: string;
  text: string;
  metadata: Record<string, unknown>;
  /** Cosine of the angle between both vectors: 1 for the same meaning. */
  score: number;
}

export interface MemoryFile extends Disposable {
  put(collection: string, model: string, items: readonly Remembered[]): void;
  /** Documents with all their pieces. */
  remove(collection: string, ids: readonly string[]): number;
  clear(collection: string): number;
  count(collection: string): number;
  /** The nearest `limit` items whose metadata has these values. */
  search(collection: string, model: string, query: readonly number[], options: SearchOptions): Promise<Found[]>;
}

interface SearchOptions {
  limit: number;
  minScore: number;
  metadata: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
}

interface Row {
  id: string;
  text: string;
  metadata: string;
  model: string;
  vector: Buffer;
}

/** Texts with their vectors in one SQLite file. Every vector is looked at: fine for some 100,000, no approximation. */
export async function openMemory(ctx: NodeContext, path: string, mustExist: boolean): Promise<MemoryFile> {
  const file = mustExist ? await ctx.files.readable(path) : await ctx.files.writable(path);
  const isNew = (await stat(file).catch(() => undefined)) === undefined;
  const { default: Sqlite } = await import('better-sqlite3');
  let db: Database.Database;
  try {
    db = new Sqlite(file, { timeout: 10_000, fileMustExist: mustExist });
    if (isNew) db.pragma('journal_mode = WAL');
    db.exec(
      'create table if not exists memory (collection text not null, id text not null, model text not null, text text not null, metadata text not null, vector blob not null, primary key (collection, id)) without rowid',
    );
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `"${path}" is no memory file: ${(error as Error).message}. Choose another name.`,
      { cause: error },
    );
  }
  function remove(collection: string, ids: readonly string[]): number {
    const statement = db.prepare(
      "delete from memory where collection = ? and (id = ? or substr(id, 1, length(?) + 1) = ? || '#')",
    );
    return db.transaction(() => ids.reduce((sum, id) => sum + statement.run(collection, id, id, id).changes, 0))();
  }
  return {
    remove,
    put(collection, model, items) {
      const insert = db.prepare('insert or replace into memory values (?, ?, ?, ?, ?, ?)');
      db.transaction(() => {
        // Pieces of an older, longer text of the same id must not stay behind.
        remove(collection, [...new Set(items.map(({ owner }) => owner))]);
        for (const { id, text, metadata, vector } of items)
          insert.run(collection, id, model, text, JSON.stringify(metadata), bytesOf(vector));
      })();
    },
    clear: (collection) => db.prepare('delete from memory where collection = ?').run(collection).changes,
    count: (collection) =>
      (db.prepare('select count(*) as n from memory where collection = ?').get(collection) as { n: number }).n,
    async search(collection, model, query, { limit, minScore, metadata, signal }) {
      const wanted = Object.entries(metadata);
      const target = Float32Array.from(query);
      const length = norm(target);
      let best: { score: number; row: Omit<Row, 'vector'> }[] = [];
      let seen = 0;
      for (const row of db
        .prepare<[string], Row>('select id, text, metadata, model, vector from memory where collection = ?')
        .iterate(collection)) {
        // A scan holds the thread; a cancelled step must still end.
        if (++seen % 5000 === 0) signal.throwIfAborted();
        if (row.model !== model) throw otherModel(row.model, model);
        const score = cosine(target, length, vectorOf(row.vector));
        if (score < minScore || (best.length >= limit && score <= (best.at(-1)?.score ?? -2))) continue;
        if (wanted.length > 0 && !fits(JSON.parse(row.metadata) as Record<string, unknown>, wanted)) continue;
        best.push({ score, row });
        best = best.sort((a, b) => b.score - a.score).slice(0, limit);
      }
      return best.map(({ score, row: { id, text, metadata: facts } }) => ({
        id,
        text,
        metadata: JSON.parse(facts) as Record<string, unknown>,
        score,
      }));
    },
    [Symbol.dispose]: () => void db.close(),
  };
}

/** The same text has the same id, so remembering it again changes nothing. */
export function idOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function fits(facts: Record<string, unknown>, wanted: readonly [string, unknown][]): boolean {
  return wanted.every(
    ([name, value]) => Object.hasOwn(facts, name) && JSON.stringify(facts[name]) === JSON.stringify(value),
  );
}

function bytesOf(vector: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(vector).buffer);
}

/** Copied: the bytes SQLite hands out need not begin where a float may. */
function vectorOf(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

function cosine(a: Float32Array, length: number, b: Float32Array): number {
  if (a.length !== b.length) return -1;
  let [dot, square] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    const x = b[i] as number;
    dot += (a[i] as number) * x;
    square += x * x;
  }
  return square === 0 || length === 0 ? 0 : dot / (length * Math.sqrt(square));
}

function otherModel(was: string, is: string): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The collection was made with the model "${was}", and its vectors say nothing to "${is}". Use the same model, or empty the collection.`,
    { details: { was, is } },
  );
}
