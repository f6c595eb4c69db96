import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinNodes, compile, createMemoryJournal, createRegistry, createRunResources, run } from '@casare/engine';
import { parseWorkflow, SCHEMA_VERSION, validateWorkflow } from '@casare/shared';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('old-documents');
const folder = join(import.meta.dirname, '../fixtures/documents');
const registry = createRegistry(builtinNodes);
/** Files as earlier releases wrote them: never edited, only added to. */
const files = readdirSync(folder).filter((name) => name.endsWith('.flow.json'));
const load = (name: string) => parseWorkflow(readFileSync(join(folder, name), 'utf8'));

test('there are files of every format up to the present one', () => {
  for (let version = 1; version <= SCHEMA_VERSION; version++)
    expect(files.some((name) => name.endsWith(`.v${version}.flow.json`))).toBe(true);
});

test.each(files)('%s opens, has no errors and compiles with the node types of today', (name) => {
  const document = load(name);
  expect(document.schemaVersion).toBe(SCHEMA_VERSION);
  expect(validateWorkflow(document, registry.catalog).filter(({ severity }) => severity === 'error')).toEqual([]);
  for (const { source, definition } of compile(document, registry).nodes)
    expect(source.version).toBe(definition.version);
});

test.each([
  ['smallest.v1.flow.json', { said: 'small' }],
  ['every-field.v1.flow.json', { said: 'ab: ASSERTION_FAILED' }],
])('%s still does what it did', async (name, output) => {
  const result = await run(compile(load(name), registry), {
    runId: 'old',
    input: {},
    journal: createMemoryJournal(),
    resources: createRunResources({ folder: await makeTempFolder() }),
  });
  expect(result).toMatchObject({ status: 'completed', output });
});
