import { fromWire, type WireError } from '@casare/shared';
import { useEffect } from 'react';
import { useActionRegistry } from '../actions/action-context.tsx';
import { toast } from '../ui/toast.tsx';
import { showStep } from './actions/run-actions.ts';
import { titleOf } from './edits/new-node.ts';
import { activeDocument, type EditorEnv, useEditorEnv } from './editor-env.ts';
import type { OpenDocument } from './files/open-document.ts';
import { formatDuration } from './run/format-duration.ts';
import type { RunOverlay } from './run/run-overlay.ts';

/** Tells how a run ends, to eyes and to screen readers; a failure selects the step that failed. */
export function useRunMessages(document: OpenDocument): void {
  const env = useEditorEnv();
  const actions = useActionRegistry();
  useEffect(() => {
    let told = document.run.overlay();
    // Shown by itself once per run: from then on the person has chosen what to look at.
    let variablesShown: string | undefined;
    return document.run.subscribe(() => {
      const overlay = document.run.overlay();
      // Two stops in a row can arrive at once.
      if (overlay?.status === told?.status && overlay?.pausedAt === told?.pausedAt) return;
      told = overlay;
      if (!overlay) return;
      const node = document.store.getState().document.nodes.byId[overlay.failedNode ?? overlay.pausedAt?.nodeId ?? ''];
      const announcement = messageOf(overlay, node && titleOf(node, env.catalog));
      if (announcement) env.ui.setState({ announcement });
      if (overlay.error?.code === 'PARTIAL_RUN') {
        tellRefusal(env, overlay.error, () => void actions.run('editor.run'));
      } else if (overlay.status === 'failed' && node) {
        showStep(env, node.id);
        env.ui.setState({ rightOpen: true });
      } else if (overlay.status === 'paused' && node) {
        document.store.getState().select([node.id]);
        env.canvas.current?.centreOn(node.id);
        if (variablesShown !== overlay.runId) env.ui.setState({ bottomTab: 'debug' });
        variablesShown = overlay.runId;
      }
    });
  }, [document, env, actions]);
}

/** Why a part of the workflow cannot run alone, with the steps selected that it needs. */
function tellRefusal(env: EditorEnv, error: WireError, runAll: () => void): void {
  const { missing, container } = error.details ?? {};
  const named = [...(Array.isArray(missing) ? missing : []), container].filter((id) => typeof id === 'string');
  const state = activeDocument(env)?.store.getState();
  const known = named.filter((id) => state?.document.nodes.byId[id]);
  if (known.length > 0) {
    state?.select(known);
    env.canvas.current?.reveal(known);
  }
  toast.failed(fromWire(error), 'This part cannot run alone', { label: 'Run all', onClick: runAll });
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
