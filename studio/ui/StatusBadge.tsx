import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import { type Status, STATUSES } from './status.ts';
import { TONE_SOFT, TONE_TEXT } from './tone.ts';

interface StatusBadgeProps {
  status: Status;
  /** In place of the usual word. */
  label?: string;
  /** `plain`: icon and word without a background, for dense rows. */
  look?: 'soft' | 'plain';
  className?: string;
}

export function StatusBadge({ status, label, look = 'soft', className }: StatusBadgeProps) {
  const { t } = useTranslation('ui');
  const { tone, icon: Icon } = STATUSES[status];
  return (
    <span
      data-status={status}
      className={classNames(
        'inline-flex items-center gap-1.5 align-middle text-xs font-medium whitespace-nowrap',
        look === 'soft' ? `h-5 rounded px-1.5 ${TONE_SOFT[tone]}` : TONE_TEXT[tone],
        className,
      )}
    >
      <Icon size={13} aria-hidden className="shrink-0" />
      {label ?? t(`status.${status}`)}
    </span>
  );
}
