import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';
import { applyChange, type Change } from './changes.ts';
import type { EditorDocument } from './editor-document.ts';

/** One thing a person did: the label stands in the undo menu. */
export interface Command {
  label: string;
  changes: readonly Change[];
  /** Commands with the same key that follow each other within `GROUP_WINDOW_MS` are one step of undo (typing in a field, arrow keys). */
  group?: string;
}

/** A pause this long while typing ends the step. */
const GROUP_WINDOW_MS = 500;

export interface HistoryEntry {
  label: string;
  patches: readonly Patch[];
  inverse: readonly Patch[];
  group: string | undefined;
  at: number;
  /** Names the state after this entry; being back at the saved one means nothing is unsaved. */
  state: number;
}

export interface History {
  past: readonly HistoryEntry[];
  future: readonly HistoryEntry[];
  /** State before the first entry that is still known. */
  baseState: number;
  nextState: number;
  savedState: number | null;
}

export interface Edited {
  document: EditorDocument;
  history: History;
}

/** `saved` is false for a document that stands in no file yet, or was brought back after a crash. */
export function startHistory(saved: boolean): History {
  enablePatches();
  return { past: [], future: [], baseState: 0, nextState: 1, savedState: saved ? 0 : null };
}

export function currentState(history: History): number {
  return history.past.at(-1)?.state ?? history.baseState;
}

export function isDirty(history: History): boolean {
  return currentState(history) !== history.savedState;
}

/** Gives back the same object when the command changes nothing: such a command must not cost a redo. */
export function execute(edited: Edited, command: Command, now: number): Edited {
  const [document, patches, inverse] = produceWithPatches(edited.document, (draft) => {
    for (const change of command.changes) applyChange(draft, change);
  });
  if (patches.length === 0) return edited;
  const { history } = edited;
  const last = history.past.at(-1);
  const entry: HistoryEntry = {
    label: command.label,
    patches,
    inverse,
    group: command.group,
    at: now,
    state: history.nextState,
  };
  const joins =
    last !== undefined &&
    command.group !== undefined &&
    last.group === command.group &&
    now - last.at <= GROUP_WINDOW_MS &&
    history.future.length === 0 &&
    // The saved state must stay reachable by undo.
    last.state !== history.savedState;
  const past = joins
    ? [
        ...history.past.slice(0, -1),
        { ...entry, patches: [...last.patches, ...patches], inverse: [...inverse, ...last.inverse] },
      ]
    : [...history.past, entry];
  return { document, history: { ...history, past, future: [], nextState: history.nextState + 1 } };
}

export function undo({ document, history }: Edited): Edited {
  const entry = history.past.at(-1);
  if (!entry) return { document, history };
  return {
    document: applyPatches(document, entry.inverse as Patch[]),
    history: { ...history, past: history.past.slice(0, -1), future: [entry, ...history.future] },
  };
}

export function redo({ document, history }: Edited): Edited {
  const [entry, ...future] = history.future;
  if (!entry) return { document, history };
  // A redone step is closed: what is typed next is a step of its own.
  return {
    document: applyPatches(document, entry.patches as Patch[]),
    history: { ...history, past: [...history.past, { ...entry, group: undefined }], future },
  };
}

export function markSaved(history: History, state: number): History {
  return { ...history, savedState: state };
}
