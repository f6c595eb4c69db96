/** The pixels that the tracks of a grid need at least, e.g. 270 for `110px minmax(160px,2fr)`. */
export function leastWidth(template: string): number {
  return [...template.matchAll(/(\d+)px/g)].reduce((sum, [, pixels]) => sum + Number(pixels), 0);
}
