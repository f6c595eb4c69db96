/**
 * Whether a condition holds. As in JavaScript, except that the text "false" is false: a switch in a form and a cell of a table give it, and
 * nobody who writes it means true.
 */
export function isTrue(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' && value.toLowerCase() !== 'false' : Boolean(value);
}
