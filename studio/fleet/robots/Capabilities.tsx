import { Badge } from '../../ui/Badge.tsx';

/** Names set apart; on one line those that do not fit are left out whole. */
export function Capabilities({ names, wrap = false }: { names: readonly string[]; wrap?: boolean }) {
  if (names.length === 0) return <span className="text-faint">–</span>;
  return (
    <span
      className={wrap ? 'flex flex-wrap gap-1' : 'flex h-5 min-w-0 flex-wrap items-center gap-1 overflow-hidden'}
      title={names.join(', ')}
    >
      {names.map((name) => (
        <Badge key={name} className="!font-normal">
          {name}
        </Badge>
      ))}
    </span>
  );
}
