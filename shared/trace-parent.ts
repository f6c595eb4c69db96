import { z } from 'zod';

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Where something stands in a trace, as the header `traceparent` of W3C Trace Context says it. */
export const traceParentSchema = z.string().regex(form);

export function isTraceParent(text: unknown): text is string {
  return typeof text === 'string' && form.test(text);
}

/** The trace of a traceparent; nothing where there is none. */
export function traceIdOf(traceParent: string | null | undefined): string | undefined {
  return traceParent === null || traceParent === undefined ? undefined : traceParent.slice(3, 35);
}
