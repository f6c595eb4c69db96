import { expect, openExample, test } from './fixtures.ts';

interface Example {
  name: string;
  /** Steps that a run which goes well never comes to. */
  unused?: string[];
  /** How often steps in loops ran. */
  counts: Record<string, number>;
  /** A step, and what its output shows. */
  data: readonly [nodeId: string, text: string];
}

const EXAMPLES: Example[] = [
  { name: 'Join API and CSV', counts: {}, data: ['group', 'Austria'] },
  { name: 'Files report', counts: { make: 4 }, data: ['list', '01-january.txt'] },
  { name: 'Form entry', counts: { form: 10, number: 10 }, data: ['rows', 'name'] },
  { name: 'Order loop', unused: ['warn'], counts: { order: 15, stock: 6, row: 5 }, data: ['order', 'orderId'] },
  { name: 'Shop catalogue', counts: { read: 3, follow: 2 }, data: ['readBack', 'price'] },
];

for (const { name, unused = [], counts, data } of EXAMPLES) {
  test(`the example "${name}" runs in the studio, and every step shows what it did`, async ({ studio, product }) => {
    await openExample(studio, name);
    await expect(studio.getByRole('tab', { name: 'Problems 0' })).toBeVisible();
    const ids = await studio
      .locator('[data-testid^="node-"]')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-testid') ?? ''));
    expect(ids.length).toBeGreaterThan(8);

    await studio.keyboard.press('F5');
    const inputs = studio.getByRole('dialog', { name: 'Inputs of the run' });
    const state = studio.getByTestId('run-state');
    await expect(inputs.or(state)).toBeVisible();
    if (await inputs.isVisible()) {
      await inputs.getByRole('textbox', { name: 'site' }).fill(product.sites.url);
      await inputs.getByRole('button', { name: 'Run' }).click();
    }
    await expect(state).toHaveAttribute('data-status', 'completed', { timeout: 40_000 });

    for (const id of ids) {
      const step = studio.getByTestId(id);
      if (unused.includes(id.slice('node-'.length))) await expect(step).not.toHaveAttribute('data-state', /./);
      else await expect(step).toHaveAttribute('data-state', 'done');
    }
    for (const [id, count] of Object.entries(counts)) {
      await expect(studio.getByTestId(`node-${id}`)).toContainText(`×${count}`);
    }

    const [nodeId, text] = data;
    await studio.getByRole('tab', { name: 'Outline' }).click();
    await studio.getByTestId(`outline-${nodeId}`).first().click();
    await studio.getByRole('tab', { name: 'Data' }).click();
    await expect(studio.getByRole('region', { name: 'Output' })).toContainText(text);
  });
}
