import { callOf, type RunEvent } from '@casare/shared';

/** Workflows whose times are remembered. */
const most = 200;

/** How long the steps of each workflow took at the longest since this host runs. */
export interface StepTimes {
  note(workflowId: string, events: readonly RunEvent[]): void;
  longest(workflowId: string, nodeId: string): number | undefined;
}

export function createStepTimes(): StepTimes {
  const workflows = new Map<string, Map<string, number>>();

  function timesOf(workflowId: string): Map<string, number> {
    const times = workflows.get(workflowId) ?? new Map<string, number>();
    // The order of a Map is that of insertion: what was used last goes to the end.
    workflows.delete(workflowId);
    workflows.set(workflowId, times);
    for (const oldest of workflows.keys()) {
      if (workflows.size <= most) break;
      workflows.delete(oldest);
    }
    return times;
  }

  return {
    note(workflowId, events) {
      const times = timesOf(workflowId);
      for (const event of events) {
        if (event.type !== 'node.finished' || event.replayed || event.pinned || callOf(event.path) !== undefined)
          continue;
        times.set(event.nodeId, Math.max(event.durationMs, times.get(event.nodeId) ?? 0));
      }
    },
    longest: (workflowId, nodeId) => workflows.get(workflowId)?.get(nodeId),
  };
}
