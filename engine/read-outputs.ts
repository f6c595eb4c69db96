import type { Fiber } from './fiber.ts';
import { createFrame } from './frame.ts';

/** The declared outputs of the workflow a fiber has run. Throws EXPRESSION_FAILED. */
export function readOutputs(fiber: Fiber): Record<string, unknown> {
  const scope = fiber.scope(createFrame(undefined, undefined, '', []));
  return Object.fromEntries(fiber.flow.program.outputs.map(({ name, read }) => [name, read(scope) ?? null]));
}
