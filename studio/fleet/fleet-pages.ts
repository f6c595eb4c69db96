import { Bot, ClipboardCheck, Gauge, KeyRound, ListTodo, type LucideIcon, MailWarning, Workflow } from 'lucide-react';

export type FleetPage = 'overview' | 'jobs' | 'tasks' | 'dead-letters' | 'workflows' | 'robots' | 'keys';

interface PageGroup {
  /** Its heading is the text `group.<id>`; none has no heading. */
  readonly id?: 'work' | 'design' | 'operate' | 'admin';
  readonly pages: readonly { readonly page: FleetPage; readonly icon: LucideIcon }[];
}

/** The pages of the fleet panel as the side navigation shows them; `page` is the last part of the address. */
export const PAGE_GROUPS: readonly PageGroup[] = [
  { pages: [{ page: 'overview', icon: Gauge }] },
  {
    id: 'work',
    pages: [
      { page: 'jobs', icon: ListTodo },
      { page: 'tasks', icon: ClipboardCheck },
      { page: 'dead-letters', icon: MailWarning },
    ],
  },
  { id: 'design', pages: [{ page: 'workflows', icon: Workflow }] },
  { id: 'operate', pages: [{ page: 'robots', icon: Bot }] },
  { id: 'admin', pages: [{ page: 'keys', icon: KeyRound }] },
];
