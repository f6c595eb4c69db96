import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCHEMA_VERSION, type Workflow, type WorkflowEdge, type WorkflowNode, workflowSchema } from '@casare/shared';
import { expect, type Page } from '@playwright/test';
import type { Product } from './fixtures.ts';

let column = 0;

/** A step; each stands right of the one made before. */
export function step(id: string, type: string, params: WorkflowNode['params'] = {}, name = id): WorkflowNode {
  return { id, type, version: 1, name, position: { x: 40 + 256 * column++, y: 120 }, params };
}

/** Wires in the given order: `a`, `b:body`, `c` leads from a to b, and from the port `body` of b to c. */
export function chain(...ids: string[]): WorkflowEdge[] {
  return ids.slice(1).map((to, i) => {
    const [from = '', port = 'out'] = (ids[i] ?? '').split(':');
    return { id: `w_${from}_${port}`, from: { node: from, port }, to: { node: to.split(':')[0] ?? '', port: 'in' } };
  });
}

export function workflowOf(id: string, nodes: WorkflowNode[], edges: WorkflowEdge[]): Workflow {
  column = 0;
  return workflowSchema.parse({ schemaVersion: SCHEMA_VERSION, id, name: `Test ${id}`, nodes, edges });
}

/** Writes a file into the studio's folder, as another program would. */
export async function writeWorkflow(product: Product, file: string, workflow: Workflow): Promise<void> {
  await mkdir(product.workflowsFolder, { recursive: true });
  await writeFile(join(product.workflowsFolder, file), `${JSON.stringify(workflow, null, 2)}\n`);
}

export async function readWorkflow(product: Product, file: string): Promise<Workflow> {
  return JSON.parse(await readFile(join(product.workflowsFolder, file), 'utf8')) as Workflow;
}

/** Opens a file of the folder in the editor, by the dialog. */
export async function openFile(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Control+o');
  await page
    .getByRole('dialog')
    .getByRole('region', { name: 'Workflows' })
    .getByRole('button')
    .filter({ has: page.getByText(file, { exact: true }) })
    .click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByTestId('canvas')).toBeVisible();
}

/** Writes a workflow and opens it. */
export async function openWorkflow(page: Page, product: Product, workflow: Workflow): Promise<string> {
  const file = `${workflow.id}.flow.json`;
  await writeWorkflow(product, file, workflow);
  await openFile(page, file);
  return file;
}
