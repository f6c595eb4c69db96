import { isDeepStrictEqual } from 'node:util';
import type { NodeDefinition } from '../define-node.ts';
import { toJson } from '../json-output.ts';
import type { RecordedStep } from './recording.ts';

/** What a step was asked beyond the defaults of its type: a parameter that a later version adds does not break a test. */
export function askedParams(
  definition: NodeDefinition,
  params: Readonly<Record<string, unknown>>,
): RecordedStep['params'] {
  const asked = Object.entries(params).filter(([name, value]) => {
    const unsaid = definition.params.shape[name]?.safeParse(undefined);
    return !unsaid?.success || !isDeepStrictEqual(unsaid.data, value);
  });
  return toJson(Object.fromEntries(asked)) as RecordedStep['params'];
}
