import { createElement } from 'react';
import { nodeIcon } from './node-icons.ts';

/** The icon of a node type by its name. */
export function NodeIcon({ name, size, className }: { name: string | undefined; size: number; className?: string }) {
  return createElement(nodeIcon(name ?? 'circle-question-mark'), { size, className, 'aria-hidden': true });
}
