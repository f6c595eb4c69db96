import { partsOf, stepIdOf } from '@casare/shared';

/** One level of where a run stands, the outermost first. */
export interface StackFrame {
  /** The step on this level: a container, a call, or at last the step itself. */
  nodeId: string;
  path: string;
  /** What of it: `pass 3`, `Catch`, `branch 2`; undefined for calls and for the step itself. */
  part?: string;
  /** It calls a workflow, whose steps come next. */
  isCall: boolean;
  /** Path of the call whose workflow this level belongs to; undefined: the run's own. */
  call?: string;
}

const PARTS: Record<string, string> = { body: 'body', catch: 'Catch', finally: 'Finally' };

export function callStack(path: string): StackFrame[] {
  const frames: StackFrame[] = [];
  let call: string | undefined;
  const parts = partsOf(path);
  parts.forEach(({ owner, part }, i) => {
    const isCall = part === 'call';
    const inner = parts[i + 1]?.owner ?? path;
    const words = isCall ? undefined : partWords(part, owner, inner);
    frames.push({ nodeId: stepIdOf(owner), path: owner, ...(words && { part: words }), isCall, ...(call && { call }) });
    if (isCall) call = owner;
  });
  frames.push({ nodeId: stepIdOf(path), path, isCall: false, ...(call && { call }) });
  return frames;
}

function partWords(part: string | undefined, owner: string, inner: string): string {
  if (part === undefined) {
    // People count from 1.
    const index = Number(/^\[(\d+)\]/.exec(inner.slice(owner.length))?.[1] ?? 0);
    return `pass ${index + 1}`;
  }
  const branch = /^branch(\d+)$/.exec(part);
  return branch ? `branch ${branch[1]}` : (PARTS[part] ?? part);
}
