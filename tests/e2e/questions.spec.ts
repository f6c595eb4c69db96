import { expect, test } from './fixtures.ts';
import { chain, openWorkflow, step, workflowOf } from './workflows.ts';

test('a run asks by form and for approval, with the keyboard alone', async ({ studio, product }) => {
  const workflow = workflowOf(
    'asking',
    [
      step('start', 'control.start'),
      step('form', 'people.form', {
        title: 'How many?',
        fields: [{ name: 'count', label: 'Count', kind: 'number', required: true }],
      }),
      step('approve', 'people.approve', {
        question: 'Order ${steps.form.output.values.count}?',
        choices: ['yes', 'no'],
      }),
    ],
    [...chain('start', 'form', 'approve')],
  );
  await openWorkflow(studio, product, workflow);
  await studio.keyboard.press('F5');

  const form = studio.getByRole('dialog', { name: 'How many?' });
  await expect(form.getByRole('textbox', { name: 'Count' })).toBeFocused();
  await studio.keyboard.press('Enter');
  await expect(form.getByText('Required.')).toBeVisible();
  await studio.keyboard.type('3');
  await studio.keyboard.press('Enter');

  const approval = studio.getByRole('dialog', { name: 'Order 3?' });
  await expect(approval).toBeVisible();
  await studio.keyboard.press('Escape');
  await expect(approval).toBeHidden();
  await studio.getByRole('button', { name: '1 open question' }).press('Enter');
  await expect(approval).toBeVisible();
  await approval.getByRole('button', { name: 'no' }).press('Enter');

  await expect(studio.getByTestId('run-state')).toHaveAttribute('data-status', 'completed');
  await expect(approval).toBeHidden();
});
