import { ArrowDownToDot, ArrowUpFromDot, CircleDot, CircleHelp, ListTree, Redo } from 'lucide-react';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import { isActive } from '../run/run-store.ts';
import type { StepMode } from '../run/run-controller.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { hasNodes, stateOf, toggle } from './edit-actions.ts';
import { canStart, liveStatus, withDocument } from './run-actions.ts';
import { startRun } from './start-run.ts';

export function debugActions(env: EditorEnv): Action[] {
  const isPaused = () => liveStatus(env) === 'paused';
  /** With no run yet, a step begins one that stands still at its start. */
  const step = (mode: StepMode) =>
    withDocument(env, (document) =>
      isPaused() ? env.runs.resume(document, mode) : startRun(env, document, { paused: true }),
    );
  const setBreakpoint = toggle(env, {
    id: 'editor.breakpoint',
    label: 'Set or remove breakpoint',
    icon: CircleDot,
    shortcut: 'F9',
    setting: 'breakpoint',
    words: ['Set breakpoint', 'Remove breakpoint'],
  });
  return [
    defineAction({
      id: 'editor.stepOver',
      label: 'Step over',
      group: 'run',
      icon: Redo,
      shortcut: 'F10',
      keywords: ['debug', 'next', 'one step'],
      when: () => canStart(env) || isPaused(),
      run: step('over'),
    }),
    defineAction({
      id: 'editor.stepInto',
      label: 'Step into',
      group: 'run',
      icon: ArrowDownToDot,
      shortcut: 'F11',
      keywords: ['debug', 'loop', 'called workflow'],
      when: () => canStart(env) || isPaused(),
      run: step('into'),
    }),
    defineAction({
      id: 'editor.stepOut',
      label: 'Step out',
      group: 'run',
      icon: ArrowUpFromDot,
      shortcut: 'Shift+F11',
      keywords: ['debug', 'loop', 'called workflow'],
      when: isPaused,
      run: step('out'),
    }),
    {
      ...setBreakpoint,
      run: async () => {
        await setBreakpoint.run();
        await tellRun(env);
      },
    },
    defineAction({
      id: 'editor.condition',
      label: 'Condition of the breakpoint…',
      group: 'run',
      icon: CircleHelp,
      shortcut: 'Shift+F9',
      keywords: ['conditional', 'debug'],
      when: () => hasNodes(env),
      run: withDocument(env, (document) => {
        const nodeId = selectedNodeIds(document.store.getState())[0];
        if (nodeId !== undefined) env.ui.setState({ dialog: { kind: 'condition', document, nodeId } });
      }),
    }),
    defineAction({
      id: 'editor.variables',
      label: 'Show variables and call stack',
      group: 'run',
      icon: ListTree,
      shortcut: 'Ctrl+Shift+Y',
      keywords: ['debug', 'watch', 'where'],
      when: () => stateOf(env) !== undefined,
      run: () => env.ui.setState({ bottomTab: 'debug', bottomOpen: true }),
    }),
  ];
}

/** A run that goes on keeps to the breakpoints there are now. */
export async function tellRun(env: EditorEnv): Promise<void> {
  const document = activeDocument(env);
  if (document && isActive(liveStatus(env))) await env.runs.sendBreakpoints(document);
}
