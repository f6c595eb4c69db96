import { useEffect } from 'react';
import { showStep } from './actions/run-actions.ts';
import { titleOf } from './edits/new-node.ts';
import { useEditorEnv } from './editor-env.ts';
import type { OpenDocument } from './files/open-document.ts';
import { formatDuration } from './run/format-duration.ts';
import type { RunOverlay } from './run/run-overlay.ts';

/** Tells how a run ends, to eyes and to screen readers; a failure selects the step that failed. */
export function useRunMessages(document: OpenDocument): void {
  const env = useEditorEnv();
  useEffect(() => {
    let told = document.run.overlay()?.status;
    return document.run.subscribe(() => {
      const overlay = document.run.overlay();
      if (overlay?.status === told) return;
      told = overlay?.status;
      if (!overlay) return;
      const node = document.store.getState().document.nodes.byId[overlay.failedNode ?? overlay.pausedAt?.nodeId ?? ''];
      const announcement = messageOf(overlay, node && titleOf(node, env.catalog));
      if (announcement) env.ui.setState({ announcement });
      if (overlay.status === 'failed' && node) {
        showStep(env, node.id);
        env.ui.setState({ rightOpen: true });
      } else if (overlay.status === 'paused' && node) showStep(env, node.id);
    });
  }, [document, env]);
}

function messageOf(overlay: RunOverlay, step: string | undefined): string | undefined {
  const took = overlay.durationMs === undefined ? '' : ` after ${formatDuration(overlay.durationMs)}`;
  switch (overlay.status) {
    case 'running':
      return 'The run has started.';
    case 'paused':
      return step ? `Paused before ${step}.` : 'The run is paused.';
    case 'completed':
      return `The run completed${took}.`;
    case 'cancelled':
      return `The run was stopped${took}.`;
    case 'failed':
      return `${step ? `Step ${step} failed` : 'The run failed'}: ${overlay.error?.message ?? 'no reason given'}`;
    case 'parked':
      return `The run waits for a decision: ${overlay.error?.message ?? ''}`;
  }
}
