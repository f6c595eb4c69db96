import type { ApiKey } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../format/use-now.ts';
import { StatusBadge } from '../../ui/StatusBadge.tsx';

const SOON_MS = 14 * 86_400_000;

export function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('fleet');
  const now = useNow(60_000);
  const left = new Date(apiKey.expiresAt).getTime() - now;
  if (apiKey.revokedAt !== null) return <StatusBadge status="disabled" look="plain" label={t('key.states.revoked')} />;
  if (left <= 0) return <StatusBadge status="offline" look="plain" label={t('key.states.expired')} />;
  if (left < SOON_MS) return <StatusBadge status="waiting" look="plain" label={t('key.states.soon')} />;
  return <StatusBadge status="idle" look="plain" label={t('key.states.valid')} />;
}
