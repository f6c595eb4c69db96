import type { WorkflowProblem } from '../problem.ts';
import type { Workflow } from '../workflow.ts';

/** `placeholder`: kept as a step of an unknown type with everything it held; `dropped`: not a step here, the notes say what became of it. */
export type ImportOutcome = 'converted' | 'partial' | 'placeholder' | 'dropped';

export interface ImportedNode {
  /** Workflow of the result it went to. */
  workflow: string;
  sourceId: string;
  name: string;
  type: string;
  outcome: ImportOutcome;
  /** Ids of the steps it became. */
  steps: string[];
  /** What is different, and what a person has to do. */
  notes: string[];
}

export interface ImportReport {
  source: 'n8n' | 'Node-RED';
  workflows: { id: string; name: string; steps: number }[];
  nodes: ImportedNode[];
  totals: Record<ImportOutcome, number>;
  /** Of the nodes that do something: converted count whole, partial half, placeholders nothing. */
  fidelityPercent: number;
  /** What holds for a workflow as a whole. */
  notes: string[];
  /** What the validator says about the result. */
  problems: (WorkflowProblem & { workflow: string })[];
}

/** What an import gives. Documents with placeholders do not run until somebody replaces those. */
export interface ImportResult {
  workflows: Workflow[];
  report: ImportReport;
}

export function sumUp(nodes: readonly ImportedNode[]): Pick<ImportReport, 'totals' | 'fidelityPercent'> {
  const totals: Record<ImportOutcome, number> = { converted: 0, partial: 0, placeholder: 0, dropped: 0 };
  for (const { outcome } of nodes) totals[outcome]++;
  const counted = totals.converted + totals.partial + totals.placeholder;
  const share = counted === 0 ? 1 : (totals.converted + totals.partial / 2) / counted;
  return { totals, fidelityPercent: Math.round(share * 100) };
}
