import { hasErrors, validateWorkflow, type Workflow } from '@casare/shared';
import { toast } from '../../ui/toast.tsx';
import type { EditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import type { StartOptions } from '../run/run-controller.ts';

/** Starts a run; asks for inputs first when some are needed that have no value. */
export async function startRun(
  env: EditorEnv,
  document: OpenDocument,
  options: Omit<StartOptions, 'input' | 'debug' | 'headless'> = {},
): Promise<void> {
  const workflow = document.store.getState().workflow();
  const problems = validateWorkflow(workflow, env.catalog);
  if (hasErrors(problems)) {
    document.store.getState().setProblems(problems);
    const count = problems.filter((problem) => problem.severity === 'error').length;
    const message = `The run did not start: ${count === 1 ? 'one problem has' : `${count} problems have`} to be solved first.`;
    env.ui.setState({ bottomTab: 'problems', bottomOpen: true, announcement: message });
    toast.info(message);
    return;
  }
  const start = (input: Record<string, unknown>) =>
    env.runs.start(document, { ...options, input, debug: true, headless: env.ui.getState().headless });
  const isPart = options.fromNode !== undefined || options.onlyNodes !== undefined;
  // A part goes on with what the shown run was given.
  const known = isPart ? (document.run.overlay()?.input ?? {}) : {};
  if (lacksInputs(workflow, known)) {
    env.ui.setState({ dialog: { kind: 'inputs', document, start } });
    return;
  }
  await start(known);
}

function lacksInputs(workflow: Pick<Workflow, 'inputs'>, known: Readonly<Record<string, unknown>>): boolean {
  return workflow.inputs.some(
    (input) => input.required === true && input.default === undefined && known[input.name] === undefined,
  );
}
