import { AppError, isOfType, type StepRow, TYPE_WORDS } from '@casare/shared';
import type { Flow } from '../flow.ts';
import { toJson } from '../json-output.ts';
import type { ProgramNode } from '../program.ts';

/** A person gives a variable another value before a step runs. The row stands at that step, so that a resumed run meets it there again. */
export function editVariable(flow: Flow, node: ProgramNode, path: string, name: string, value: unknown): void {
  const declared = flow.program.document.variables.find((one) => one.name === name);
  if (declared === undefined && !Object.hasOwn(flow.vars, name))
    throw new AppError('NOT_FOUND', `"${flow.facts.workflowName}" has no variable "${name}".`);
  if (declared !== undefined && value !== null && !isOfType(value, declared.type))
    throw new AppError('VALIDATION', `"${name}" must be ${TYPE_WORDS[declared.type]}.`, {
      details: { issues: [{ path: 'value', message: `must be ${TYPE_WORDS[declared.type]}` }] },
    });
  const { run } = flow;
  const kept = toJson(value) ?? null;
  const vars = { [name]: kept } as NonNullable<StepRow['vars']>;
  flow.setVariable(name, kept);
  run.append({ kind: 'state', path, nodeId: node.id, at: run.clock.now(), vars });
  run.flushNow().catch((thrown: unknown) => run.fail(thrown));
  run.events?.flush();
}
