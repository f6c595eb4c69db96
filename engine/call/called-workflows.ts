import { createHash } from 'node:crypto';
import { AppError, asAppError, canonicalJson, type Workflow } from '@casare/shared';
import { compile } from '../compile.ts';
import type { Program } from '../program.ts';
import type { RunOptions } from '../run-options.ts';

export interface CalledWorkflow {
  readonly program: Program;
  /** Tells a resumed run whether it has the very same document. */
  readonly contentHash: string;
  readonly version: number | undefined;
}

/** The workflows that the steps of one run call; each is loaded and compiled once, so all calls of a run meet the same content. */
export interface CalledWorkflows {
  get(id: string, version: number | undefined): Promise<CalledWorkflow>;
}

export function createCalledWorkflows(main: Program, load: RunOptions['loadWorkflow']): CalledWorkflows {
  const known = new Map<string, Promise<CalledWorkflow>>();

  async function fetch(id: string, version: number | undefined): Promise<CalledWorkflow> {
    if (id === main.document.id && version === undefined)
      return { program: main, contentHash: hashOf(main.document), version: undefined };
    if (load === undefined)
      throw new AppError(
        'NOT_FOUND',
        `The workflow "${id}" cannot be called: this run has no place where other workflows are looked for.`,
      );
    const loaded = await load(id, version);
    return {
      program: compileCalled(loaded.document, main),
      contentHash: hashOf(loaded.document),
      version: loaded.version,
    };
  }

  return {
    get(id, version) {
      const name = `${id}@${version ?? ''}`;
      let loading = known.get(name);
      if (loading === undefined) {
        loading = fetch(id, version);
        known.set(name, loading);
        // The next call tries again.
        loading.catch(() => known.delete(name));
      }
      return loading;
    },
  };
}

function compileCalled(document: Workflow, main: Program): Program {
  try {
    return compile(document, main.registry);
  } catch (thrown) {
    const error = asAppError(thrown);
    throw new AppError(error.code, `The called workflow "${document.name}" (${document.id}): ${error.message}`, {
      details: error.details,
      cause: error,
    });
  }
}

function hashOf(document: Workflow): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex');
}
