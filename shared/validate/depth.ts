/** Levels of lists and objects a document may have: far more than anybody writes, and few enough for every function that calls itself. */
export const DEEPEST_DOCUMENT = 256;

/** Whether data from outside is nested deeper than that, or holds itself. Without recursion, which is what such data is made to break. */
export function isTooDeep(data: unknown): boolean {
  let level = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_DOCUMENT) return true;
    const next: unknown[] = [];
    for (const value of level) {
      if (value === null || typeof value !== 'object') continue;
      for (const part of Object.values(value)) if (part !== null && typeof part === 'object') next.push(part);
    }
    level = next;
  }
  return false;
}
