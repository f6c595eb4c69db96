import { useMemo, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { JsonView } from '../../ui/JsonView.tsx';
import { tableColumns } from '../../ui/table-shape.ts';
import { toast } from '../../ui/toast.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { describeShape } from './describe-shape.ts';

type View = 'json' | 'table' | 'schema';

interface DataViewProps {
  label: string;
  value: unknown;
  /** How expressions name the value; rows dragged into a field become such expressions. */
  expression: string;
}

/** Data as a tree, as a table where it is one, or as its shape. */
export function DataView({ label, value, expression }: DataViewProps) {
  const table = useMemo(() => findTable(value), [value]);
  const [chosen, setChosen] = useState<View>();
  const view = chosen === 'table' && !table ? 'json' : (chosen ?? (table ? 'table' : 'json'));
  const shape = useMemo(() => (view === 'schema' ? describeShape(value) : undefined), [view, value]);
  const expressionAt = (path: readonly (string | number)[]) => `\${${expression}${path.map(part).join('')}}`;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div role="radiogroup" aria-label={`View of ${label}`} className="flex gap-0.5 px-2 py-1">
        {(['table', 'json', 'schema'] as const).map((id) => (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={view === id}
            disabled={id === 'table' && !table}
            onClick={() => setChosen(id)}
            className={classNames(
              'rounded px-2 py-0.5 text-xs disabled:opacity-40',
              view === id ? 'bg-accent-soft text-accent' : 'text-dim hover:bg-hover',
            )}
          >
            {id === 'json' ? 'JSON' : id === 'table' ? 'Table' : 'Schema'}
          </button>
        ))}
        {view === 'table' && table && table.name && (
          <span className="ml-2 self-center text-xs text-faint">{table.name}</span>
        )}
      </div>
      {view === 'table' && table && <DataTable label={label} value={table.rows} />}
      {view === 'json' && (
        <JsonView
          label={label}
          value={value}
          dragText={expressionAt}
          onPick={(path) => {
            void copyText(expressionAt(path));
            toast.done(`Copied ${expressionAt(path)}`);
          }}
        />
      )}
      {view === 'schema' && <JsonView label={`Schema of ${label}`} value={shape} openDepth={4} />}
    </div>
  );
}

/** The value itself, or its first field that is a list of objects. */
function findTable(value: unknown): { name: string; rows: unknown[] } | undefined {
  if (tableColumns(value)) return { name: '', rows: value as unknown[] };
  if (value === null || typeof value !== 'object') return undefined;
  const found = Object.entries(value).find(([, field]) => tableColumns(field));
  return found && { name: found[0], rows: found[1] as unknown[] };
}

function part(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
