import { MousePointerClick } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select } from '../../ui/Select.tsx';
import { titleOf } from '../edits/new-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formatDuration } from '../run/format-duration.ts';
import type { StepPass } from '../run/step-overlay.ts';
import { useRunOverlayAside, useStepOverlay } from '../run/run-store.ts';
import { selectedNodeIds, useEditorState } from '../store/selectors.ts';
import { DataView } from './DataView.tsx';

/** What went into the selected step and what came out of it in the shown run. */
export function DataTab() {
  const { store } = useDocument();
  const nodeId = useEditorState(store, (state) => selectedNodeIds(state)[0]);
  if (nodeId === undefined) {
    return <EmptyState icon={MousePointerClick} title="No step selected" body="Select a step to see its data." />;
  }
  return <StepData key={nodeId} nodeId={nodeId} />;
}

function StepData({ nodeId }: { nodeId: string }) {
  const { run } = useDocument();
  const step = useStepOverlay(run, nodeId);
  const [path, setPath] = useState<string>();
  const passes = step?.passes ?? [];
  const pass = passes.find((known) => known.path === path) ?? passes.at(-1);
  const { output, loading, truncated } = useWholeOutput(pass);
  return (
    <div className="flex min-h-0 flex-1">
      <section aria-label="Input" className="flex min-w-0 flex-1 flex-col border-r border-line">
        <InputOf nodeId={nodeId} />
      </section>
      <section aria-label="Output" className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-8 shrink-0 items-center gap-2 border-b border-line px-2">
          <h2 className="text-xs font-semibold text-dim">Output</h2>
          {passes.length > 1 && pass && (
            <Select
              aria-label="Round"
              className="h-6! w-56"
              value={pass.path}
              options={passes.map((known) => ({ value: known.path, label: `${known.path}  (${known.state})` }))}
              onChange={setPath}
            />
          )}
          {pass && (
            <span className="ml-auto truncate text-xs text-faint">
              {pass.port && `port ${pass.port} · `}
              {pass.durationMs !== undefined && formatDuration(pass.durationMs)}
              {truncated && ' · cut'}
              {loading && ' · loading'}
            </span>
          )}
        </header>
        {!pass && <EmptyState title="No data yet" body="This step has not run. Press F5 to run the workflow." />}
        {pass?.error && <p className="p-3 text-bad">{`${pass.error.code}: ${pass.error.message}`}</p>}
        {pass && output === undefined && !pass.error && !loading && (
          <p className="p-3 text-dim">This step gave no output.</p>
        )}
        {output !== undefined && (
          <DataView label="Output of the step" value={output} expression={`steps.${nodeId}.output`} />
        )}
      </section>
    </div>
  );
}

/** Events carry previews; what was cut is asked from the host when somebody looks at it. */
function useWholeOutput(pass: StepPass | undefined) {
  const { host } = useEditorEnv();
  const { run } = useDocument();
  const [whole, setWhole] = useState<{ path: string; output: unknown; truncated: boolean }>();
  const runId = run.overlay()?.runId;
  const isCut = pass?.truncated === true;
  const path = pass?.path;
  useEffect(() => {
    if (!isCut || path === undefined || runId === undefined) return undefined;
    let current = true;
    host
      .call('runs.output', { runId, path })
      .then((reply) => current && setWhole({ path, ...reply }))
      // The preview stays, marked as cut.
      .catch(() => current && setWhole({ path, output: undefined, truncated: true }));
    return () => {
      current = false;
    };
    // A new pass object with the same path and output is the same data.
  }, [host, runId, isCut, path]);
  const fetched = whole?.path === path ? whole : undefined;
  return {
    output: isCut ? (fetched?.output ?? pass?.output) : pass?.output,
    truncated: isCut && (fetched?.truncated ?? true),
    loading: isCut && !fetched,
  };
}

/** Outputs of the steps whose wires lead here; at the start, the run's own inputs. */
function InputOf({ nodeId }: { nodeId: string }) {
  const { catalog } = useEditorEnv();
  const { store, run } = useDocument();
  const document = useEditorState(store, (state) => state.document);
  const overlay = useRunOverlayAside(run);
  const before = useMemo(() => {
    const ids = new Set(
      Object.values(document.edges.byId).flatMap((edge) => (edge.to.node === nodeId ? [edge.from.node] : [])),
    );
    return [...ids].flatMap((id) => document.nodes.byId[id] ?? []);
  }, [document, nodeId]);
  const [chosen, setChosen] = useState<string>();
  const source = before.find((node) => node.id === chosen) ?? before[0];
  const output = source && overlay?.steps.get(source.id)?.passes.findLast((pass) => pass.output !== undefined)?.output;
  return (
    <>
      <header className="flex h-8 shrink-0 items-center gap-2 border-b border-line px-2">
        <h2 className="text-xs font-semibold text-dim">Input</h2>
        {before.length > 1 ? (
          <div className="w-48">
            <Select
              aria-label="From step"
              className="h-6!"
              value={source?.id ?? null}
              options={before.map((node) => ({ value: node.id, label: titleOf(node, catalog) }))}
              onChange={setChosen}
            />
          </div>
        ) : (
          source && <span className="truncate text-xs text-faint">from {titleOf(source, catalog)}</span>
        )}
      </header>
      {!source && <p className="p-3 text-dim">No wire leads to this step.</p>}
      {source && output === undefined && <p className="p-3 text-dim">“{titleOf(source, catalog)}” has no data yet.</p>}
      {source && output !== undefined && (
        <DataView label="Input of the step" value={output} expression={`steps.${source.id}.output`} />
      )}
    </>
  );
}
