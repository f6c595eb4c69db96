import { AppError } from './errors.ts';
import { DEEPEST_DOCUMENT, isTooDeep } from './validate/depth.ts';
import { SCHEMA_VERSION, type Workflow, workflowSchema } from './workflow.ts';

/** `upgrades[n]` turns a document of format n into one of format n + 1. Never edited once released. */
export type WorkflowUpgrades = Readonly<Record<number, (document: Record<string, unknown>) => Record<string, unknown>>>;

/** Format 1 is the first one. */
const UPGRADES: WorkflowUpgrades = {};

/** Lifts a parsed JSON document to the current format. Throws WORKFLOW_NEWER, or WORKFLOW_INVALID when it is no workflow at all. */
export function upgradeWorkflow(
  document: unknown,
  upgrades = UPGRADES,
  target: number = SCHEMA_VERSION,
): Record<string, unknown> {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    throw new AppError(
      'WORKFLOW_INVALID',
      'This is not a workflow: a JSON object with schemaVersion, nodes and edges is expected.',
    );
  }
  if (isTooDeep(document)) {
    throw new AppError(
      'WORKFLOW_INVALID',
      `The workflow is nested more than ${DEEPEST_DOCUMENT} levels deep. Put such data into a file and read it with a step.`,
    );
  }
  let current = document as Record<string, unknown>;
  let version = current.schemaVersion;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new AppError('WORKFLOW_INVALID', 'This is not a workflow: it has no schemaVersion.');
  }
  if (version > target) {
    throw new AppError(
      'WORKFLOW_NEWER',
      `This workflow has format ${version}; this version reads up to ${target}. Update CasareRPA to open it; the file was not touched.`,
    );
  }
  while (version < target) {
    const upgrade = upgrades[version];
    if (!upgrade) throw new AppError('WORKFLOW_INVALID', `There is no upgrade from format ${version}.`);
    version++;
    current = { ...upgrade(current), schemaVersion: version };
  }
  return current;
}

/** A workflow from a parsed JSON document of any known format. Throws WORKFLOW_NEWER or WORKFLOW_INVALID with `details.issues`. */
export function readWorkflow(document: unknown): Workflow {
  const parsed = workflowSchema.safeParse(upgradeWorkflow(document));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 100)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const first = issues[0];
  throw new AppError(
    'WORKFLOW_INVALID',
    `The workflow cannot be read: ${first?.path}: ${first?.message}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}.`,
    { details: { issues } },
  );
}

/** A workflow from the text of a file. */
export function parseWorkflow(text: string): Workflow {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new AppError('WORKFLOW_INVALID', `The file is not JSON: ${(error as Error).message}`, { cause: error });
  }
  return readWorkflow(document);
}
