import type { Context } from '../context.ts';
import type { Workspace } from '../keys/first-keys.ts';

/** After the commit of what changed items of a queue. */
export function tellQueue({ signals }: Context, { tenantId, workspaceId }: Workspace, queueId: string): void {
  signals.send({ kind: 'events' });
  signals.send({ kind: 'queue', tenantId, workspaceId, id: queueId });
}
