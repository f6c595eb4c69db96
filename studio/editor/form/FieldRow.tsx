import { Braces, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ExpressionInput } from './ExpressionInput.tsx';
import { type FieldPath, pathText, valueAt } from './field-path.ts';
import { type FieldModel, isExpression } from './form-model.ts';
import { LiteralInput } from './LiteralInput.tsx';
import { literalOf, templateOf } from './literal-template.ts';
import { useParamTarget } from './param-target.ts';

interface FieldRowProps {
  field: FieldModel;
  path: FieldPath;
  /** In a list: no label of its own. */
  bare?: boolean;
}

/** Fields that show their parts as fields of their own, each with its own errors. */
const COMPOSITE = new Set(['list', 'keyvalue', 'object', 'workflowInput']);

/** One parameter: label, the switch between a plain value and an expression, input, error. */
export function FieldRow({ field, path, bare = false }: FieldRowProps) {
  const target = useParamTarget();
  const value = valueAt(target.values, path);
  const [chosen, setChosen] = useState<'plain' | 'expression'>();
  const isComposite = COMPOSITE.has(field.widget) && typeof value !== 'string';
  // A condition is nearly always an expression, so it begins as one.
  const begins =
    isExpression(value) || (field.widget === 'condition' && (value === undefined || typeof value === 'string'));
  const expression = !field.raw && (chosen ? chosen === 'expression' : begins);
  // A plain field that became an expression while somebody was typing hands its caret on.
  const [typedInto, setTypedInto] = useState(false);
  const error = target.errorAt(path, !isComposite || expression);
  const label = bare ? `${field.title} ${pathText(path.slice(-1))}` : field.title;
  const set = (next: unknown) => target.set(path, next, field.title);

  const becomeExpression = () => {
    setChosen('expression');
    setTypedInto(true);
  };
  const toggle = () => {
    setChosen(expression ? 'plain' : 'expression');
    const next = expression ? literalOf(field, value) : templateOf(field, value);
    if (next !== value) set(next);
  };
  const input = expression ? (
    <ExpressionInput
      label={label}
      value={typeof value === 'string' ? value : ''}
      placeholder={field.placeholder ?? '${ … }'}
      quiet={error !== undefined}
      takeFocus={typedInto}
      onChange={(text) => {
        // Stays what it is while braces are deleted and typed again.
        setChosen('expression');
        set(text === '' ? undefined : text);
      }}
    />
  ) : (
    <LiteralInput
      field={field}
      path={path}
      value={value}
      label={label}
      renderField={(inner, at, isBare) => <FieldRow key={pathText(at)} field={inner} path={at} bare={isBare} />}
      onChange={(next) => {
        // As in spreadsheets: an empty field that begins with = is about to be an expression.
        if (next === '=' && !field.raw && value === undefined) {
          becomeExpression();
          set(templateOf(field, undefined) ?? '${}');
        } else {
          if (!field.raw && isExpression(next)) becomeExpression();
          set(next);
        }
      }}
    />
  );
  const aside = (
    <>
      {field.unit && <span>{field.unit}</span>}
      {!bare && field.default !== undefined && value !== undefined && (
        <IconButton size="sm" icon={RotateCcw} label="Back to the default" onClick={() => set(undefined)} />
      )}
      {!field.raw && (
        <IconButton
          size="sm"
          icon={Braces}
          label={expression ? `${label}: plain value` : `${label}: expression`}
          pressed={expression}
          onClick={toggle}
        />
      )}
    </>
  );
  if (bare) {
    return (
      <div className="flex min-w-0 flex-1 items-start gap-1">
        <div className="min-w-0 flex-1">
          {input}
          {error && <p className="mt-1 text-xs text-bad">{error}</p>}
        </div>
        {aside}
      </div>
    );
  }
  return (
    <Field label={field.title} help={field.help} error={error} required={field.required} aside={aside}>
      {input}
    </Field>
  );
}
