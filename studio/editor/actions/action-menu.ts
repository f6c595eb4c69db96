import { type Action, firstShortcut, isEnabled } from '../../actions/define-action.ts';
import { runSafely } from '../../actions/run-safely.ts';
import type { MenuEntry } from '../../ui/menu-entries.ts';

/** Menu rows for actions by id; `-` is a line between groups; `checked` tells the state of those that are on or off. Ids that are not known are left out. */
export function actionMenu(
  actions: readonly Action[],
  ids: readonly string[],
  checked: Readonly<Record<string, boolean>> = {},
): MenuEntry[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  return ids.flatMap((id, i): MenuEntry[] => {
    if (id === '-') return [{ kind: 'separator', id: `line-${i}` }];
    const action = byId.get(id);
    if (!action) return [];
    return [
      {
        id,
        label: action.label,
        icon: action.icon,
        shortcut: firstShortcut(action),
        danger: id === 'editor.delete',
        disabled: !isEnabled(action),
        checked: checked[id],
        onSelect: () => void runSafely(action),
      },
    ];
  });
}
