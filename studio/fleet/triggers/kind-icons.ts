import type { TriggerKind } from '@casare/shared';
import {
  Database,
  FolderInput,
  Inbox,
  Link2,
  type LucideIcon,
  Mail,
  MessageSquare,
  Rss,
  TextCursorInput,
  Webhook,
} from 'lucide-react';

export const KIND_ICONS: Readonly<Record<TriggerKind, LucideIcon>> = {
  webhook: Webhook,
  jobEnded: Link2,
  httpPoll: Rss,
  file: FolderInput,
  mail: Mail,
  form: TextCursorInput,
  queue: Inbox,
  database: Database,
  chat: MessageSquare,
};
