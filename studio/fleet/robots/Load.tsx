import { formatPercent } from '../../format/size.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';

/** A share of 100 as a bar and a number. */
export function Load({ percent, label }: { percent: number | null; label: string }) {
  if (percent === null) return <span className="text-faint">–</span>;
  const tone = percent > 90 ? 'bad' : percent > 75 ? 'warn' : 'mute';
  return (
    <span className="flex items-center gap-2">
      <ProgressBar value={percent / 100} label={label} tone={tone} className="min-w-8 flex-1" />
      <span className="tabular w-11 shrink-0 whitespace-nowrap text-right text-xs text-dim">
        {formatPercent(percent)}
      </span>
    </span>
  );
}
