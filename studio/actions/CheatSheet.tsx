import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/Dialog.tsx';
import { KeyHint } from '../ui/KeyHint.tsx';
import { useActionList } from './action-context.tsx';
import { type ActionGroup, allShortcuts } from './define-action.ts';

const GROUPS: readonly ActionGroup[] = ['general', 'go', 'file', 'edit', 'view', 'run', 'fleet'];

export function CheatSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('shell');
  const actions = useActionList().filter((action) => action.shortcut !== undefined);
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} description={t('keys.body')} size="lg">
      <div className="columns-2 gap-8">
        {GROUPS.map((group) => {
          const inGroup = actions.filter((action) => (action.group ?? 'general') === group);
          if (inGroup.length === 0) return null;
          return (
            <section key={group} className="mb-4 break-inside-avoid">
              <h3 className="mb-1 text-xs font-semibold text-faint">{t(`groups.${group}`)}</h3>
              <ul>
                {inGroup.map((action) => (
                  <li key={action.id} className="flex min-h-7 items-center gap-3 border-b border-line">
                    <span className="flex-1">{action.label}</span>
                    {allShortcuts(action).map((keys) => (
                      <KeyHint key={keys} keys={keys} />
                    ))}
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}
