/**
 * The place of a step in a run reads from left to right: the id of a step, then where in it the next one stands. A pass of a loop is `each[3]/`,
 * a part of any other container `try/body/`, `par/branch1/`, a called workflow `invoice/call/`.
 */
interface PathPart {
  /** Path of the container or call that is entered. */
  owner: string;
  /** `body`, `branch2`, `call` …; undefined for a pass of a loop. */
  part: string | undefined;
}

/** What a path leads through, the outermost first. */
export function partsOf(path: string): PathPart[] {
  const parts: PathPart[] = [];
  let at = 0;
  for (;;) {
    const end = path.indexOf('/', at);
    if (end === -1) return parts;
    const pass = path[end - 1] === ']' ? path.lastIndexOf('[', end) : -1;
    if (pass > at) {
      parts.push({ owner: path.slice(0, pass), part: undefined });
      at = end + 1;
      continue;
    }
    const next = path.indexOf('/', end + 1);
    if (next === -1) return parts;
    parts.push({ owner: path.slice(0, end), part: path.slice(end + 1, next) });
    at = next + 1;
  }
}

/** The container or call a step stands in; undefined at the top of the run. */
export function ownerOf(path: string): string | undefined {
  return partsOf(path).at(-1)?.owner;
}

/** The step that called the workflow a step belongs to; undefined for steps of the run's own workflow. */
export function callOf(path: string): string | undefined {
  return path.includes('/call/') ? partsOf(path).findLast(({ part }) => part === 'call')?.owner : undefined;
}

/** The step of the run's own workflow behind a path: the step itself, or the one that called the workflow it belongs to. */
export function stepOfRun(path: string): string {
  const call = path.includes('/call/') ? partsOf(path).find(({ part }) => part === 'call') : undefined;
  return call?.owner ?? path;
}

/** Id of the step at the end of a path. */
export function stepIdOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/#\d+$/, '');
}

/** Whether a step stands in the body of a container, or in the workflow that a step calls. */
export function isBelow(path: string, owner: string): boolean {
  return (
    path.length > owner.length && path.startsWith(owner) && (path[owner.length] === '/' || path[owner.length] === '[')
  );
}
