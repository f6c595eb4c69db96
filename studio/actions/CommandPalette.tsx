import { Command } from 'cmdk';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog as Base } from '@base-ui/react/dialog';
import { KeyHint } from '../ui/KeyHint.tsx';
import { useActionList } from './action-context.tsx';
import { type Action, type ActionGroup, firstShortcut, isEnabled } from './define-action.ts';
import { runSafely } from './run-safely.ts';

const GROUPS: readonly ActionGroup[] = ['run', 'edit', 'file', 'go', 'fleet', 'view', 'general'];

export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('shell');
  const actions = useActionList();
  const input = useRef<HTMLInputElement>(null);
  const chosen = useRef<Action>(undefined);
  // After the dialog is gone and the focus is back, so that the action works on what had it.
  useEffect(() => {
    if (open || !chosen.current) return;
    const action = chosen.current;
    chosen.current = undefined;
    void runSafely(action);
  }, [open]);
  const offered = open
    ? actions.filter((action) => !action.hidden && action.id !== 'palette.open' && isEnabled(action))
    : [];
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          initialFocus={input}
          className="fixed top-[14vh] left-1/2 z-50 w-[600px] max-w-[94vw] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-surface shadow-pop"
        >
          <Base.Title className="sr-only">{t('palette.open')}</Base.Title>
          <Command label={t('palette.label')} loop>
            <Command.Input
              ref={input}
              placeholder={t('palette.placeholder')}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-[52vh] overflow-auto p-1.5">
              <Command.Empty className="p-6 text-center text-dim">{t('palette.empty')}</Command.Empty>
              {GROUPS.map((group) => {
                const inGroup = offered.filter((action) => (action.group ?? 'general') === group);
                if (inGroup.length === 0) return null;
                return (
                  <Command.Group
                    key={group}
                    heading={t(`groups.${group}`)}
                    className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-faint"
                  >
                    {inGroup.map((action) => (
                      <PaletteItem
                        key={action.id}
                        action={action}
                        onSelect={() => {
                          chosen.current = action;
                          onClose();
                        }}
                      />
                    ))}
                  </Command.Group>
                );
              })}
            </Command.List>
          </Command>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function PaletteItem({ action, onSelect }: { action: Action; onSelect: () => void }) {
  const shortcut = firstShortcut(action);
  return (
    <Command.Item
      value={action.id}
      keywords={[action.label, ...(action.keywords ?? [])]}
      onSelect={onSelect}
      className="flex h-8 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-accent-soft"
    >
      {action.icon ? <action.icon size={15} className="text-dim" aria-hidden /> : <span className="w-[15px]" />}
      <span className="flex-1">{action.label}</span>
      {shortcut && <KeyHint keys={shortcut} />}
    </Command.Item>
  );
}
