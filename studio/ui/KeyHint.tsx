import { classNames } from './class-names.ts';

/** A shortcut as keys, e.g. `Ctrl+Shift+P`. */
export function KeyHint({ keys, className }: { keys: string; className?: string }) {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  return (
    <span className={classNames('inline-flex items-center gap-0.5', className)}>
      {parts.map((part) => (
        <kbd
          key={part}
          className="min-w-4.5 rounded border border-line-strong bg-inset px-1 text-center font-sans text-2xs text-dim"
        >
          {part}
        </kbd>
      ))}
    </span>
  );
}
