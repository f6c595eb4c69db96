import type { ApiKey } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../format/use-now.ts';
import { StatusBadge } from '../../ui/StatusBadge.tsx';

/** Whether a key works, and what about it needs somebody: it ends soon, or nobody uses it. */
export function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('fleet');
  const now = useNow(60_000);
  if (apiKey.revokedAt !== null) return <StatusBadge status="disabled" look="plain" label={t('key.states.revoked')} />;
  if (Date.parse(apiKey.expiresAt) <= now)
    return <StatusBadge status="offline" look="plain" label={t('key.states.expired')} />;
  if (apiKey.rotated) return <StatusBadge status="waiting" look="plain" label={t('key.states.rotated')} />;
  if (apiKey.endsSoon) return <StatusBadge status="waiting" look="plain" label={t('key.states.soon')} />;
  if (apiKey.unused) return <StatusBadge status="waiting" look="plain" label={t('key.states.unused')} />;
  return <StatusBadge status="idle" look="plain" label={t('key.states.valid')} />;
}
