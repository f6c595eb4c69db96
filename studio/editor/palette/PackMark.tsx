import type { NodeDescriptor } from '@casare/shared';
import { Blocks } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';
import { packWords } from './pack-words.ts';

/** Tells a step of a third-party pack from those of the product. */
export function PackMark({ pack, className }: { pack: NonNullable<NodeDescriptor['pack']>; className?: string }) {
  const words = `From the pack ${packWords(pack)}`;
  return (
    <span className={classNames('shrink-0 text-faint', className)} title={words}>
      <Blocks size={13} aria-label={words} />
    </span>
  );
}
