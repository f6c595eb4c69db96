import { Badge } from '../../ui/Badge.tsx';

/** Names set apart; a table cell cuts them where it ends. */
export function Capabilities({ names, wrap = false }: { names: readonly string[]; wrap?: boolean }) {
  if (names.length === 0) return <span className="text-faint">–</span>;
  return (
    <span className={wrap ? 'flex flex-wrap gap-1' : 'flex min-w-0 gap-1 overflow-hidden'} title={names.join(', ')}>
      {names.map((name) => (
        <Badge key={name} className="!font-normal">
          {name}
        </Badge>
      ))}
    </span>
  );
}
