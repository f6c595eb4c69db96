import type { ApiKey } from '@casare/shared';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatDay } from '../../format/time.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useMay } from '../access/use-me.ts';
import { KeyState } from './KeyState.tsx';

export function useKeyColumns(rotate: (key: ApiKey) => void, revoke: (key: ApiKey) => void): TableColumn<ApiKey>[] {
  const { t } = useTranslation('fleet');
  const { may, why } = useMay('keys:write');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('key.name'),
        width: 'minmax(108px,1.2fr)',
        cell: (key) => <span className="truncate font-medium">{key.name}</span>,
      },
      { id: 'kind', header: t('key.kind'), width: '82px', cell: (key) => <Badge>{t(`key.kinds.${key.kind}`)}</Badge> },
      {
        id: 'scopes',
        header: t('key.scopes'),
        width: 'minmax(80px,1.2fr)',
        cell: (key) => (
          <span className="truncate font-mono text-xs text-dim" title={key.scopes.join('\n')}>
            {key.kind === 'service' ? key.scopes.join(' ') : t(`key.allOf.${key.kind}`)}
          </span>
        ),
      },
      {
        id: 'display',
        header: t('key.key'),
        width: 'minmax(100px,1fr)',
        cell: (key) => <span className="truncate font-mono text-xs text-dim">{key.display}</span>,
      },
      { id: 'state', header: t('key.state'), width: '100px', cell: (key) => <KeyState apiKey={key} /> },
      {
        id: 'expires',
        header: t('key.expires'),
        width: '108px',
        cell: (key) => <span className="tabular text-dim">{formatDay(key.expiresAt)}</span>,
      },
      {
        id: 'used',
        header: t('key.used'),
        width: '80px',
        align: 'end',
        cell: (key) => (
          <span title={key.lastUsedAddress ?? undefined}>
            <Age time={key.lastUsedAt} className="text-dim" />
          </span>
        ),
      },
      {
        id: 'actions',
        header: '',
        width: '148px',
        align: 'end',
        cell: (key) => {
          if (key.revokedAt !== null) return null;
          const ended = Date.parse(key.expiresAt) <= Date.now();
          return (
            <span className="flex gap-1">
              <Button
                size="sm"
                disabled={!may || key.rotated || ended}
                title={why ?? (key.rotated ? t('key.isRotated') : undefined)}
                aria-label={t('key.rotateNamed', { name: key.name })}
                onClick={() => rotate(key)}
              >
                {t('key.rotate')}
              </Button>
              <Button
                size="sm"
                disabled={!may}
                title={why}
                aria-label={t('key.revokeNamed', { name: key.name })}
                onClick={() => revoke(key)}
              >
                {t('key.revoke')}
              </Button>
            </span>
          );
        },
      },
    ],
    [t, may, why, rotate, revoke],
  );
}
