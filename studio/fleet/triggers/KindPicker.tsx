import { TRIGGER_KINDS, type TriggerKind } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog.tsx';
import { KIND_ICONS } from './kind-icons.ts';

/** The first question: what should start jobs. */
export function KindPicker({ onPick, onClose }: { onPick: (kind: TriggerKind) => void; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  return (
    <Dialog open onClose={onClose} size="lg" title={t('trigger.createTitle')} description={t('trigger.createBody')}>
      <ul className="grid grid-cols-2 gap-2">
        {TRIGGER_KINDS.map((kind) => {
          const Icon = KIND_ICONS[kind];
          return (
            <li key={kind}>
              <button
                type="button"
                onClick={() => onPick(kind)}
                className="flex h-full w-full items-start gap-3 rounded-md border border-line p-3 text-left hover:border-line-strong hover:bg-hover"
              >
                <Icon size={18} className="mt-0.5 shrink-0 text-accent" aria-hidden />
                <span>
                  <span className="block font-medium">{t(`trigger.kinds.${kind}`)}</span>
                  <span className="block text-xs text-dim">{t(`trigger.kindHelp.${kind}`)}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
