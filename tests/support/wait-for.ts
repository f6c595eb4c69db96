import { setTimeout as delay } from 'node:timers/promises';

interface WaitOptions {
  /** What is awaited, for the message: "the job is completed". */
  readonly until?: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Ask again until the answer is truthy, and give it back. A condition that throws counts as "not yet", so that it may
 * hold assertions. The error says what was seen last.
 */
export async function waitFor<Value>(
  condition: () => Value | Promise<Value>,
  { until = 'the condition holds', timeoutMs = 10_000, everyMs = 20 }: WaitOptions = {},
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  let seen = '';
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<Value, false | null | undefined | 0 | ''>;
      seen = show(value);
    } catch (error) {
      seen = error instanceof Error ? error.message : show(error);
    }
    if (performance.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms until ${until}. Last seen: ${seen}`);
    await delay(everyMs);
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
}
