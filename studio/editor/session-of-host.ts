import type { StudioHost } from '@casare/shared';
import { loadCatalog } from './catalog.ts';
import { createEditorEnv, type EditorEnv } from './editor-env.ts';
import { createEditorSession } from './files/session.ts';
import { createRunController } from './run/run-controller.ts';

/**
 * The editor's state belongs to the host it works with and lives as long: the page is unmounted whenever the person looks at the
 * fleet, and open documents, their undo history and a run going on must still be there afterwards.
 */
const envs = new WeakMap<StudioHost, EditorEnv>();

export function editorEnvOf(host: StudioHost): EditorEnv {
  const known = envs.get(host);
  if (known) return known;
  const env = createEditorEnv(createEditorSession(host, loadCatalog()), createRunController(host));
  envs.set(host, env);
  return env;
}
