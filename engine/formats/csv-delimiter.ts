const candidates = [',', ';', '\t', '|'] as const;

/** The sign that cuts the first lines into the same number of cells, more than one; signs between quotes do not count. */
export function detectDelimiter(sample: string): string {
  const lines = splitLines(sample).slice(0, 20);
  const scored = candidates.map((sign) => {
    const counts = lines.map((line) => line.split(sign).length - 1);
    const first = counts[0] ?? 0;
    const agreeing = counts.filter((count) => count === first).length;
    return { sign, score: first === 0 ? 0 : agreeing * 1000 + first };
  });
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).sign;
}

/** Lines of the sample without what stands between quotes, the last, cut one left out. */
function splitLines(sample: string): string[] {
  let quoted = false;
  let plain = '';
  for (const sign of sample) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted) plain += sign;
  }
  const lines = plain.split(/\r\n|\r|\n/);
  return (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '');
}
