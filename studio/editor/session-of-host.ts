import type { StudioHost } from '@casare/shared';
import { toast } from '../ui/toast.tsx';
import { catalogOfHost } from './catalog.ts';
import { createWorkflowFolder } from './called/workflow-folder.ts';
import { createEditorEnv, type EditorEnv } from './editor-env.ts';
import { createEditorSession } from './files/session.ts';
import { createRunController } from './run/run-controller.ts';

/**
 * The editor's state belongs to the host it works with and lives as long: the page is unmounted whenever the person looks at the
 * fleet, and open documents, their undo history and a run going on must still be there afterwards.
 */
const envs = new WeakMap<StudioHost, Promise<EditorEnv>>();

/** Known once the host has told which steps there are. */
export function editorEnvOf(host: StudioHost): Promise<EditorEnv> {
  const known = envs.get(host);
  if (known) return known;
  const env = openEnv(host);
  envs.set(host, env);
  return env;
}

async function openEnv(host: StudioHost): Promise<EditorEnv> {
  const { catalog, broken } = await catalogOfHost(host);
  for (const { name, message } of broken) toast.info(`The pack "${name}" is not used`, { description: message });
  const session = createEditorSession(host, catalog);
  const workflows = createWorkflowFolder(host);
  const conditions = () => session.state.getState().conditions;
  return createEditorEnv(session, workflows, createRunController({ host, workflows, conditions }));
}
