import type { Trigger } from '@casare/shared';

/** The mapping as it is typed: undefined for none, null for what is no JSON object. */
export function readInput(text: string): Trigger['input'] | undefined {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Trigger['input']) : null;
  } catch {
    return null;
  }
}
