import type { Workflow } from '@casare/shared';
import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { ExpressionInput } from '../form/ExpressionInput.tsx';
import { looseText } from '../form/loose-value.ts';
import { freeId } from '../store/editor-document.ts';

type Output = Workflow['outputs'][number];

/** What a run gives back. */
export function OutputList({
  outputs,
  onChange,
}: {
  outputs: readonly Output[];
  onChange: (outputs: Output[], typing?: string) => void;
}) {
  const change = (at: number, values: Partial<Output>, typing: string) =>
    onChange(
      outputs.map((output, i) => (i === at ? { ...output, ...values } : output)),
      `output:${at}:${typing}`,
    );
  const add = () =>
    onChange([
      ...outputs,
      { name: freeId('result', (name) => outputs.some((output) => output.name === name)), value: '' },
    ]);
  return (
    <section aria-label="Outputs">
      <h3 className="text-xs font-semibold text-dim">Outputs</h3>
      <p className="mb-1.5 text-xs text-faint">What a run gives back when it ends.</p>
      <ul className="flex flex-col gap-1.5">
        {outputs.map((output, i) => (
          <li key={`output-${String(i)}`} className="flex flex-col gap-1 rounded-md border border-line p-1.5">
            <div className="flex gap-1">
              <TextInput
                mono
                aria-label={`Name of output ${i + 1}`}
                value={output.name}
                onChange={(text) => {
                  const name = text
                    .replaceAll(/[^A-Za-z0-9_]/g, '')
                    .replace(/^\d+/, '')
                    .slice(0, 64);
                  if (name !== '') change(i, { name }, 'name');
                }}
              />
              <IconButton
                icon={Trash2}
                label={`Remove ${output.name}`}
                onClick={() => onChange(outputs.filter((_, at) => at !== i))}
              />
            </div>
            <ExpressionInput
              label={`Value of ${output.name}`}
              placeholder={'${steps.report.output.path}'}
              value={typeof output.value === 'string' ? output.value : looseText(output.value)}
              onChange={(value) => change(i, { value }, 'value')}
            />
          </li>
        ))}
      </ul>
      <Button size="sm" icon={Plus} className="mt-1.5" onClick={add}>
        Add output
      </Button>
    </section>
  );
}
