/** `2xx, 404, 500-504`: what a person writes to name HTTP statuses. */
export const statusListPattern = /^\s*(\d{3}|\dxx)(\s*-\s*\d{3})?(\s*,\s*(\d{3}|\dxx)(\s*-\s*\d{3})?)*\s*$/i;

export function isFine(status: number, codes: string): boolean {
  return codes.split(',').some((part) => {
    const [from = '', to] = part
      .trim()
      .toLowerCase()
      .split(/\s*-\s*/);
    if (from.endsWith('xx')) return Math.floor(status / 100) === Number(from[0]);
    return to === undefined ? status === Number(from) : status >= Number(from) && status <= Number(to);
  });
}
