import { LoaderCircle } from 'lucide-react';
import { classNames } from './class-names.ts';

interface SpinnerProps {
  /** Read out; omit when text beside it says the same. */
  label?: string;
  size?: number;
  className?: string;
}

export function Spinner({ label, size = 16, className }: SpinnerProps) {
  return (
    <span role={label ? 'status' : undefined} className={classNames('inline-flex items-center', className)}>
      <LoaderCircle size={size} className="animate-spin" aria-hidden />
      {label && <span className="sr-only">{label}</span>}
    </span>
  );
}
