import { Bug, CircleDot, CirclePause, Crosshair, Play, Square, StepForward, Target } from 'lucide-react';
import { hasErrors, validateWorkflow, type Workflow } from '@casare/shared';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { toast } from '../../ui/toast.tsx';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { isActive } from '../run/run-store.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { hasNodes, stateOf, toggle } from './edit-actions.ts';

export function runActions(env: EditorEnv): Action[] {
  const status = () => {
    const document = activeDocument(env);
    return document && !document.run.replay() ? document.run.overlay()?.status : undefined;
  };
  const withDocument = (run: (document: OpenDocument) => void | Promise<void>) => () => {
    const document = activeDocument(env);
    return document ? run(document) : undefined;
  };
  const canStart = () => activeDocument(env) !== undefined && !isActive(status());
  return [
    defineAction({
      id: 'editor.run',
      label: 'Run',
      group: 'run',
      icon: Play,
      shortcut: 'F5',
      when: () => canStart() || status() === 'paused',
      run: withDocument((document) => (status() === 'paused' ? env.runs.resume(document) : startRun(env, document))),
    }),
    defineAction({
      id: 'editor.runToHere',
      label: 'Run to here',
      group: 'run',
      icon: Target,
      shortcut: 'Ctrl+F5',
      when: () => canStart() && hasNodes(env),
      run: withDocument((document) => {
        const untilNode = selectedNodeIds(document.store.getState())[0];
        return startRun(env, document, { untilNode });
      }),
    }),
    defineAction({
      id: 'editor.stop',
      label: 'Stop',
      group: 'run',
      icon: Square,
      shortcut: 'Shift+F5',
      when: () => isActive(status()),
      run: withDocument((document) => env.runs.stop(document)),
    }),
    defineAction({
      id: 'editor.pause',
      label: 'Pause',
      group: 'run',
      icon: CirclePause,
      shortcut: 'F6',
      when: () => status() === 'running',
      run: withDocument((document) => env.runs.pause(document)),
    }),
    defineAction({
      id: 'editor.step',
      label: 'Run one step',
      group: 'run',
      icon: StepForward,
      shortcut: 'F10',
      when: () => canStart() || status() === 'paused',
      run: withDocument((document) =>
        status() === 'paused' ? env.runs.resume(document, true) : startRun(env, document, { paused: true }),
      ),
    }),
    toggle(env, {
      id: 'editor.breakpoint',
      label: 'Set or remove breakpoint',
      icon: CircleDot,
      shortcut: 'F9',
      setting: 'breakpoint',
      words: ['Set breakpoint', 'Remove breakpoint'],
    }),
    defineAction({
      id: 'editor.follow',
      label: 'Follow the running step',
      group: 'run',
      icon: Crosshair,
      run: () => env.ui.setState((ui) => ({ follow: !ui.follow })),
    }),
    defineAction({
      id: 'editor.headless',
      label: 'Show the browser while running',
      group: 'run',
      icon: Bug,
      run: () => env.ui.setState((ui) => ({ headless: !ui.headless })),
    }),
  ];
}

/** Starts a run; asks for inputs first when some are needed that have no value. */
async function startRun(
  env: EditorEnv,
  document: OpenDocument,
  options: { untilNode?: string; paused?: boolean } = {},
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
  if (needsInputs(workflow)) {
    env.ui.setState({ dialog: { kind: 'inputs', document, start } });
    return;
  }
  await start({});
}

function needsInputs(workflow: Pick<Workflow, 'inputs'>): boolean {
  return workflow.inputs.some((input) => input.required === true && input.default === undefined);
}

/** Selects a step and brings it into view: from the problems, the log, a failure. */
export function showStep(env: EditorEnv, nodeId: string): void {
  const state = stateOf(env);
  if (!state?.document.nodes.byId[nodeId]) return;
  state.select([nodeId]);
  env.canvas.current?.reveal([nodeId]);
}
