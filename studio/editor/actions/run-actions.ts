import { Bug, CirclePause, Crosshair, ListChecks, Play, Square, StepForward, Target } from 'lucide-react';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { isActive } from '../run/run-store.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { hasNodes, stateOf } from './edit-actions.ts';
import { startRun } from './start-run.ts';

/** What the run of the shown document is doing; undefined: none is going on or has ended here. */
export function liveStatus(env: EditorEnv) {
  const document = activeDocument(env);
  return document && !document.run.replay() ? document.run.overlay()?.status : undefined;
}

export function canStart(env: EditorEnv): boolean {
  return activeDocument(env) !== undefined && !isActive(liveStatus(env));
}

export function withDocument(env: EditorEnv, run: (document: OpenDocument) => void | Promise<void>) {
  return () => {
    const document = activeDocument(env);
    return document ? run(document) : undefined;
  };
}

export function runActions(env: EditorEnv): Action[] {
  const status = () => liveStatus(env);
  const firstSelected = (document: OpenDocument) => selectedNodeIds(document.store.getState())[0];
  return [
    defineAction({
      id: 'editor.run',
      label: 'Run',
      group: 'run',
      icon: Play,
      shortcut: 'F5',
      keywords: ['continue', 'start'],
      when: () => canStart(env) || status() === 'paused',
      run: withDocument(env, (document) =>
        status() === 'paused' ? env.runs.resume(document) : startRun(env, document),
      ),
    }),
    defineAction({
      id: 'editor.runToHere',
      label: 'Run to here',
      group: 'run',
      icon: Target,
      shortcut: 'Ctrl+F5',
      when: () => canStart(env) && hasNodes(env),
      run: withDocument(env, (document) => startRun(env, document, { untilNode: firstSelected(document) })),
    }),
    defineAction({
      id: 'editor.runFromHere',
      label: 'Run from here',
      group: 'run',
      icon: StepForward,
      shortcut: 'Ctrl+Shift+F5',
      keywords: ['resume', 'last run', 'recorded'],
      when: () => canStart(env) && hasNodes(env),
      run: withDocument(env, (document) => startRun(env, document, { fromNode: firstSelected(document) })),
    }),
    defineAction({
      id: 'editor.runSelection',
      label: 'Run only the selected steps',
      group: 'run',
      icon: ListChecks,
      shortcut: 'Alt+F5',
      keywords: ['partial', 'test step'],
      when: () => canStart(env) && hasNodes(env),
      run: withDocument(env, (document) =>
        startRun(env, document, { onlyNodes: selectedNodeIds(document.store.getState()) }),
      ),
    }),
    defineAction({
      id: 'editor.stop',
      label: 'Stop',
      group: 'run',
      icon: Square,
      shortcut: 'Shift+F5',
      when: () => isActive(status()),
      run: withDocument(env, (document) => env.runs.stop(document)),
    }),
    defineAction({
      id: 'editor.pause',
      label: 'Pause',
      group: 'run',
      icon: CirclePause,
      shortcut: 'F6',
      when: () => status() === 'running',
      run: withDocument(env, (document) => env.runs.pause(document)),
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

/** Selects a step and brings it into view: from the problems, the log, a failure. */
export function showStep(env: EditorEnv, nodeId: string): void {
  const state = stateOf(env);
  if (!state?.document.nodes.byId[nodeId]) return;
  state.select([nodeId]);
  env.canvas.current?.reveal([nodeId]);
}
