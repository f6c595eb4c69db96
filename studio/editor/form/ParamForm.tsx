import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { FieldRow } from './FieldRow.tsx';
import { type FieldModel, visibleFields } from './form-model.ts';
import { useParamTarget } from './param-target.ts';

/** A form made from the schema of a node type. */
export function ParamForm({ fields }: { fields: readonly FieldModel[] }) {
  const target = useParamTarget();
  const { main, advanced } = visibleFields(fields, target.values);
  const isSet = advanced.filter((field) => target.values[field.key] !== undefined).length;
  const [open, setOpen] = useState(false);
  if (main.length + advanced.length === 0) return <p className="text-dim">This step has no parameters.</p>;
  return (
    <div className="flex flex-col gap-3.5">
      {main.map((field) => (
        <FieldRow key={`${target.id}-${field.key}`} field={field} path={[field.key]} />
      ))}
      {advanced.length > 0 && (
        <section>
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex items-center gap-1 py-1 text-xs font-semibold text-dim hover:text-text"
          >
            {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
            More options
            {isSet > 0 && <span className="font-normal text-faint">({isSet} set)</span>}
          </button>
          {open && (
            <div className="flex flex-col gap-3.5 pt-2">
              {advanced.map((field) => (
                <FieldRow key={`${target.id}-${field.key}`} field={field} path={[field.key]} />
              ))}
            </div>
          )}
        </section>
      )}
    </div>
  );
}
