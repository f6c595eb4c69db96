/** A decimal number as a JavaScript number where that holds it exactly, else the text itself. */
export function exactNumber(text: string): number | string {
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '');
  // 15 significant digits always survive the way through a double.
  if (!/^-?\d+(\.\d+)?$/.test(text) || digits.length > 15) return text;
  return Number(text);
}

export function exactInteger(value: bigint): number | string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : String(value);
}

/** JSON knows no infinity. */
export function finiteNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** `2024-05-06 07:08:09.5+00` as ISO 8601: `2024-05-06T07:08:09.5Z`. Anything else ("infinity") stays as it is. */
export function isoTime(text: string, zone = ''): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)*)?$/.exec(text);
  if (!match) return text;
  const [, day, time, offset] = match;
  const shown = offset === undefined ? zone : /^[+-]00(:00)*$/.test(offset) ? 'Z' : offset.padEnd(6, ':00');
  return `${day}T${time}${shown}`;
}

/** Columns of the same name would hide each other in a row: the second `id` becomes `id_2`. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; seen.has(own); n++) own = `${name}_${n}`;
    seen.add(own);
    return own;
  });
}
