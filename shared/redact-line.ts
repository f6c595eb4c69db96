/** Keys (`crpa_…`), access tokens (JWT), what comes after "Bearer", and passwords in addresses: secrets that show by their form. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/crpa_[A-Za-z0-9_-]{8,}/g, '[key]'],
  [/eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g, '[token]'],
  [/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}/gi, '$1 [token]'],
  [/(:\/\/[^\s:@/"]*):[^\s@/"]+@/g, '$1:[password]@'],
];
/** Shorter ones are found in words that mean something else. */
const shortestValue = 8;

/** Takes secrets out of lines of a log, as the last thing before they are written: the given values wherever they stand, and what has the form of one. */
export function createLineRedactor(values: readonly (string | undefined)[]): (line: string) => string {
  const known = values
    .filter((value) => value !== undefined)
    // As it stands in JSON.
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .filter((value) => value.length >= shortestValue);
  return (line) => {
    let clean = line;
    for (const value of known) if (clean.includes(value)) clean = clean.replaceAll(value, '[secret]');
    for (const [shape, word] of shapes) clean = clean.replace(shape, word);
    return clean;
  };
}
