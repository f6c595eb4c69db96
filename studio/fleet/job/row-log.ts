/** Rows that carry a number without gaps: journal rows and log lines. */
export interface Numbered {
  seq: number;
}

export interface RowLog<Row extends Numbered> {
  rows: () => readonly Row[];
  /** Rows that were let go at the front because the log is full. */
  dropped: () => number;
  /** Adds what is new, in order. False: there is a gap before these rows, which were not added; load what comes after `lastSeq` first. */
  append: (rows: readonly Row[]) => boolean;
  lastSeq: () => number;
  subscribe: (listener: () => void) => () => void;
}

/** The last `capacity` rows of one job; a job that logs for hours takes no more room than one that logs for minutes. */
export function createRowLog<Row extends Numbered>(capacity = 50_000): RowLog<Row> {
  const listeners = new Set<() => void>();
  let rows: readonly Row[] = [];
  let dropped = 0;
  let last = 0;
  return {
    rows: () => rows,
    dropped: () => dropped,
    append: (batch) => {
      const fresh = batch.filter((row) => row.seq > last).toSorted((a, b) => a.seq - b.seq);
      if (fresh.length === 0) return true;
      if (fresh[0]?.seq !== last + 1) return false;
      const gap = fresh.findIndex((row, i) => row.seq !== last + 1 + i);
      const usable = gap === -1 ? fresh : fresh.slice(0, gap);
      const all = [...rows, ...usable];
      const over = Math.max(0, all.length - capacity);
      dropped += over;
      rows = over > 0 ? all.slice(over) : all;
      last = usable.at(-1)?.seq ?? last;
      for (const listener of [...listeners]) listener();
      return gap === -1;
    },
    lastSeq: () => last,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
