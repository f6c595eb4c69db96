import type { Asset } from '@casare/shared';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { UsedBy } from '../credentials/UsedBy.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { useRobots } from '../use-fleet-data.ts';
import { AssetDialog } from './AssetDialog.tsx';
import { valueText } from './asset-value.ts';

export function AssetPanel({ assetId, onClose }: { assetId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'remove'>();
  const asset = useQuery({
    queryKey: fleetKeys.asset(assetId),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.asset(assetId),
  });
  const uses = useQuery({ queryKey: fleetKeys.assetUses(assetId), queryFn: () => api.assetUses(assetId) });
  const names = (uses.data?.workflows ?? []).map(({ workflowName }) => workflowName).join(', ');
  const remove = async ({ id, name }: Asset) => {
    try {
      // The person was told who uses it.
      await api.deleteAsset(id, true);
      toast.done(t('asset.removed', { name }));
      onClose();
    } catch (error) {
      toast.failed(error, t('asset.removeFailed'));
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.assets });
  };
  return (
    <DetailPanel
      label={t('asset.details')}
      title={asset.data?.name ?? t('asset.details')}
      closeLabel={t('asset.close')}
      onClose={onClose}
      actions={
        asset.data && (
          <>
            <Button size="sm" onClick={() => setOpen('edit')}>
              {t('asset.edit')}
            </Button>
            <Button size="sm" onClick={() => setOpen('remove')}>
              {t('asset.remove')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={asset} failed={t('asset.loadFailed')}>
        {(data) => (
          <div className="min-h-0 flex-1 overflow-auto">
            <Facts asset={data} />
            <Loaded query={uses} failed={t('asset.usesFailed')}>
              {({ workflows }) => (
                <UsedBy title={t('asset.usedBy')} none={t('asset.usedByNone')} workflows={workflows} />
              )}
            </Loaded>
            {open === 'edit' && (
              <AssetDialog asset={data} onClose={() => setOpen(undefined)} onDone={() => setOpen(undefined)} />
            )}
            {open === 'remove' && (
              <ConfirmDialog
                open
                danger
                title={t('asset.removeTitle', { name: data.name })}
                body={names === '' ? t('asset.removeBody') : t('asset.removeUsed', { names })}
                confirmLabel={t('asset.remove')}
                onConfirm={() => remove(data)}
                onClose={() => setOpen(undefined)}
              />
            )}
          </div>
        )}
      </Loaded>
    </DetailPanel>
  );
}

function Facts({ asset }: { asset: Asset }) {
  const { t } = useTranslation('fleet');
  const robots = useRobots().data ?? [];
  const { name, kind } = asset;
  const value = (of: Asset['value']) => (
    <span className="block max-h-64 overflow-auto font-mono text-xs break-words whitespace-pre-wrap select-text">
      {valueText(kind, of)}
    </span>
  );
  return (
    <DetailList>
      <Detail name={t('asset.kind')}>
        <Badge>{t(`asset.kinds.${kind}`)}</Badge>
      </Detail>
      {asset.description !== '' && <Detail name={t('asset.description')}>{asset.description}</Detail>}
      <Detail name={t('asset.value')}>{value(asset.value)}</Detail>
      {asset.robotValues.map((one) => (
        <Detail key={one.robotId} name={robots.find(({ id }) => id === one.robotId)?.name ?? one.robotId}>
          {value(one.value)}
        </Detail>
      ))}
      <Detail name={t('asset.write')}>
        <span className="font-mono text-xs select-text">
          {`\${assets${name.includes('-') ? `['${name}']` : `.${name}`}${kind === 'credential' ? '.password' : ''}}`}
        </span>
      </Detail>
      <Detail name={t('asset.changed')}>
        <Age time={asset.updatedAt} />
      </Detail>
    </DetailList>
  );
}
