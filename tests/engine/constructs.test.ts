import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createMemoryJournal,
  createRegistry,
  createRunResources,
  findInFolders,
  run,
  type RunOptions,
} from '@casare/engine';
import { hasErrors, parseWorkflow, validateWorkflow, type Workflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('constructs');
const folder = join(import.meta.dirname, '../../docs/constructs');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const registry = createRegistry(builtinNodes);

/** A page names its example, how it is run, and what that gives. */
function readPage(page: string) {
  const block = (kind: string) => new RegExp(`\`\`\`json ${kind}\\n([\\s\\S]*?)\\n\`\`\``).exec(page)?.[1];
  const [, example = ''] = /\]\(([\w-]+\.flow\.json)\)/.exec(page) ?? [];
  const options = JSON.parse(block('run') ?? '{}') as Partial<RunOptions>;
  return {
    document: parseWorkflow(read(example)),
    options,
    outcome: JSON.parse(block('outcome') ?? 'null') as unknown,
  };
}

async function runExample(document: Workflow, options: Partial<RunOptions>) {
  const { status, output } = await run(compile(document, registry), {
    runId: 'construct',
    input: {},
    journal: createMemoryJournal(),
    resources: createRunResources({ folder: await makeTempFolder() }),
    loadWorkflow: findInFolders([{ path: folder, deep: false }]),
    ...options,
  });
  return { status, output };
}

test('the example of every page about a construct gives what the page says', async () => {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const list = read('README.md');
  expect(pages.length).toBeGreaterThanOrEqual(14);
  for (const name of pages) {
    const { document, options, outcome } = readPage(read(name));
    const listed = list.includes(`](${name})`);
    const sound = !hasErrors(validateWorkflow(document, registry.catalog));
    const ran = await runExample(document, options);
    expect({ name, listed, sound, ran }).toEqual({ name, listed: true, sound: true, ran: outcome });
  }
});
