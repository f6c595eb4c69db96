import type { Action } from '../../actions/define-action.ts';
import type { EditorEnv } from '../editor-env.ts';
import { calledActions } from './called-actions.ts';
import { debugActions } from './debug-actions.ts';
import { editActions } from './edit-actions.ts';
import { fileActions } from './file-actions.ts';
import { fleetActions } from './fleet-actions.ts';
import { runActions } from './run-actions.ts';
import { viewActions } from './view-actions.ts';

/** Everything the editor can do, once: menus, palette, keys and buttons all name these. */
export function editorActions(env: EditorEnv): readonly Action[] {
  return [
    ...fileActions(env),
    ...editActions(env),
    ...viewActions(env),
    ...runActions(env),
    ...debugActions(env),
    ...calledActions(env),
    ...fleetActions(env),
  ];
}
