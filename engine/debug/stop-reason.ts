import { compileTemplates } from '../compile-params.ts';
import type { Fiber } from '../fiber.ts';
import type { Frame } from '../frame.ts';
import type { ProgramNode } from '../program.ts';
import type { PauseReason, RunControl } from '../run-control.ts';
import { isTrue } from '../truth.ts';

/** Why a run stands still before a step; undefined: it goes on. */
export function stopReason(
  control: RunControl,
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
): PauseReason | undefined {
  if (control.paused && !control.passes(path)) return control.reason;
  return isBreakpoint(control, fiber, frame, node) ? 'breakpoint' : undefined;
}

function isBreakpoint({ breakpoints }: RunControl, fiber: Fiber, frame: Frame, node: ProgramNode): boolean {
  if (breakpoints === undefined) return node.source.breakpoint === true;
  const { id } = fiber.flow.program.document;
  return breakpoints.some(
    ({ nodeId, workflowId = id, condition }) =>
      nodeId === node.id && workflowId === id && (condition === undefined || holds(condition, fiber, frame)),
  );
}

/** A condition that cannot be read or evaluated stops: whoever wrote it looks at the run anyway. */
function holds(condition: string, fiber: Fiber, frame: Frame): boolean {
  const { slots } = fiber.flow.program;
  try {
    const compiled = compileTemplates(condition, { stepSlot: (id) => slots.get(id) ?? -1 });
    return isTrue(typeof compiled === 'function' ? compiled(fiber.scope(frame)) : compiled.constant);
  } catch {
    return true;
  }
}
