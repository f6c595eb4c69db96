import type { ApiKey } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { ShownOnce } from '../access/ShownOnce.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';

const OVERLAPS = ['0', '15', '60', '240', '1440'] as const;
type Overlap = (typeof OVERLAPS)[number];

/** A new key in the place of one; the old one works for as long as it takes to hand the new one out. */
export function RotateKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>('60');
  const [made, setMade] = useState<string>();
  if (made !== undefined)
    return (
      <ShownOnce
        title={t('key.madeTitle', { name: apiKey.name })}
        description={t('key.madeBody')}
        label={t('key.key')}
        text={made}
        testId="new-key"
        onClose={onClose}
      />
    );
  const rotate = async () => {
    const reply = await api.rotateKey(apiKey.id, { overlapMinutes: Number(overlap) });
    setMade(reply.key);
    await queries.invalidateQueries({ queryKey: fleetKeys.keys });
  };
  return (
    <FormDialog
      title={t('key.rotateTitle', { name: apiKey.name })}
      description={t('key.rotateBody')}
      submitLabel={t('key.rotate')}
      ready
      onSubmit={rotate}
      onClose={onClose}
    >
      <Field label={t('key.overlap')} help={t(overlap === '0' ? 'key.overlapNone' : 'key.overlapHelp')}>
        <Select
          value={overlap}
          onChange={setOverlap}
          options={OVERLAPS.map((each) => ({ value: each, label: t(`key.overlaps.${each}`) }))}
        />
      </Field>
    </FormDialog>
  );
}
