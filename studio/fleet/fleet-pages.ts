import {
  Activity,
  Bot,
  CalendarClock,
  ChartColumn,
  ClipboardCheck,
  Gauge,
  Inbox,
  KeyRound,
  KeySquare,
  ListTodo,
  type LucideIcon,
  MailWarning,
  ScrollText,
  Users,
  Variable,
  Workflow,
  Zap,
} from 'lucide-react';

export type FleetPage =
  | 'overview'
  | 'jobs'
  | 'tasks'
  | 'queues'
  | 'dead-letters'
  | 'workflows'
  | 'triggers'
  | 'credentials'
  | 'assets'
  | 'schedules'
  | 'analytics'
  | 'activity'
  | 'robots'
  | 'keys'
  | 'people'
  | 'audit';

interface PageGroup {
  /** Its heading is the text `group.<id>`; none has no heading. */
  readonly id?: 'work' | 'design' | 'operate' | 'admin';
  readonly pages: readonly { readonly page: FleetPage; readonly icon: LucideIcon }[];
}

/** The pages of the fleet panel as the side navigation shows them; `page` is the last part of the address. */
export const PAGE_GROUPS: readonly PageGroup[] = [
  {
    pages: [
      { page: 'overview', icon: Gauge },
      { page: 'analytics', icon: ChartColumn },
      { page: 'activity', icon: Activity },
    ],
  },
  {
    id: 'work',
    pages: [
      { page: 'jobs', icon: ListTodo },
      { page: 'tasks', icon: ClipboardCheck },
      { page: 'queues', icon: Inbox },
      { page: 'dead-letters', icon: MailWarning },
    ],
  },
  {
    id: 'design',
    pages: [
      { page: 'workflows', icon: Workflow },
      { page: 'triggers', icon: Zap },
      { page: 'schedules', icon: CalendarClock },
    ],
  },
  {
    id: 'operate',
    pages: [
      { page: 'robots', icon: Bot },
      { page: 'credentials', icon: KeySquare },
      { page: 'assets', icon: Variable },
    ],
  },
  {
    id: 'admin',
    pages: [
      { page: 'people', icon: Users },
      { page: 'keys', icon: KeyRound },
      { page: 'audit', icon: ScrollText },
    ],
  },
];
