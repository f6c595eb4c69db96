import { Switch as Base } from '@base-ui/react/switch';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Shown right of it; leave out inside a Field, which labels it. */
  label?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
}

export function Switch({ checked, onChange, label, ...rest }: SwitchProps) {
  const control = (
    <Base.Root
      {...rest}
      checked={checked}
      onCheckedChange={onChange}
      className="relative inline-flex h-4.5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-active transition-colors data-[checked]:border-transparent data-[checked]:bg-accent-fill data-[disabled]:opacity-50"
    >
      <Base.Thumb className="ml-0.5 size-3 rounded-full bg-text transition-transform data-[checked]:translate-x-3.5 data-[checked]:bg-on-accent" />
    </Base.Root>
  );
  if (!label) return control;
  return (
    <label className="inline-flex items-center gap-2">
      {control}
      <span>{label}</span>
    </label>
  );
}
