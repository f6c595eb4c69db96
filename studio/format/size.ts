/** Megabytes as people read them: `512 MB`, `7.8 GB`. */
export function formatMegabytes(megabytes: number): string {
  if (megabytes < 1024) return `${Math.round(megabytes)} MB`;
  const gigabytes = megabytes / 1024;
  return `${gigabytes < 100 ? gigabytes.toFixed(1) : Math.round(gigabytes)} GB`;
}

export function formatPercent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} %`;
}
