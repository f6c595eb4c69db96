import { type Asset, type AssetKind, assetKindSchema, vaultNameSchema } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { useRobots } from '../use-fleet-data.ts';
import { firstValue, readValue, valueText } from './asset-value.ts';
import { ValueInput } from './ValueInput.tsx';

interface AssetDialogProps {
  /** The one to change; absent: a new one. */
  asset?: Asset;
  onClose: () => void;
  onDone: (asset: Asset) => void;
}

interface RobotText {
  robotId: string;
  text: string;
}

/** An asset with the values of single robots. */
export function AssetDialog({ asset, onClose, onDone }: AssetDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [name, setName] = useState(asset?.name ?? '');
  const [kind, setKind] = useState<AssetKind>(asset?.kind ?? 'text');
  const [text, setText] = useState(asset ? valueText(asset.kind, asset.value) : '');
  const [description, setDescription] = useState(asset?.description ?? '');
  const [robots, setRobots] = useState<RobotText[]>(() =>
    (asset?.robotValues ?? []).map(({ robotId, value }) => ({ robotId, text: valueText(kind, value) })),
  );
  const value = readValue(kind, text);
  const robotValues = robots.map((one) => ({ robotId: one.robotId, value: readValue(kind, one.text) }));
  const wrong = text !== '' && value === undefined;
  const ready =
    (asset !== undefined || vaultNameSchema.safeParse(name).success) &&
    value !== undefined &&
    robotValues.every((one) => one.value !== undefined);
  const save = async () => {
    const content = {
      description,
      value: value ?? null,
      robotValues: robotValues.map((one) => ({ ...one, value: one.value ?? null })),
    };
    const kept = asset ? await api.updateAsset(asset.id, content) : await api.createAsset({ name, kind, ...content });
    toast.done(asset ? t('asset.saved') : t('asset.created', { name }));
    await queries.invalidateQueries({ queryKey: fleetKeys.assets });
    onDone(kept);
  };
  return (
    <FormDialog
      title={asset ? t('asset.editTitle', { name: asset.name }) : t('asset.createTitle')}
      submitLabel={asset ? t('asset.save') : t('asset.create')}
      ready={ready}
      onSubmit={save}
      onClose={onClose}
      size="md"
    >
      {!asset && (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('asset.name')} help={t('credential.nameHelp')} required>
            <TextInput mono value={name} onChange={(next) => setName(next.trim())} maxLength={64} placeholder="limit" />
          </Field>
          <Field label={t('asset.kind')}>
            <Select
              value={kind}
              onChange={(next) => {
                setKind(next);
                setText(firstValue(next));
                setRobots([]);
              }}
              options={assetKindSchema.options.map((one) => ({ value: one, label: t(`asset.kinds.${one}`) }))}
            />
          </Field>
        </div>
      )}
      <Field
        label={t('asset.value')}
        help={t('asset.valueHelp')}
        {...(wrong && { error: t('asset.wrongValue', { kind: t(`asset.kinds.${kind}`) }) })}
      >
        <ValueInput kind={kind} label={t('asset.value')} text={text} onChange={setText} />
      </Field>
      <RobotValues kind={kind} values={robots} onChange={setRobots} />
      <Field label={t('asset.description')}>
        <TextInput value={description} onChange={setDescription} maxLength={2000} />
      </Field>
    </FormDialog>
  );
}

interface RobotValuesProps {
  kind: AssetKind;
  values: RobotText[];
  onChange: (values: RobotText[]) => void;
}

function RobotValues({ kind, values, onChange }: RobotValuesProps) {
  const { t } = useTranslation('fleet');
  const robots = useRobots().data ?? [];
  const free = robots.filter(({ id }) => !values.some(({ robotId }) => robotId === id));
  const change = (at: number, part: Partial<RobotText>) =>
    onChange(values.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{t('asset.robots')}</legend>
      {values.length === 0 && <p className="text-xs text-faint">{t('asset.robotsNone')}</p>}
      {values.map((one, i) => (
        <div key={one.robotId} className="flex items-start gap-2">
          <Select
            aria-label={t('asset.robot')}
            className="!w-44"
            value={one.robotId}
            onChange={(robotId) => change(i, { robotId })}
            options={robots
              .filter(({ id }) => id === one.robotId || free.some((robot) => robot.id === id))
              .map(({ id, name }) => ({ value: id, label: name }))}
          />
          <div className="min-w-0 flex-1">
            <ValueInput kind={kind} label={t('asset.value')} text={one.text} onChange={(text) => change(i, { text })} />
          </div>
          <IconButton
            icon={X}
            label={t('asset.removeRobot')}
            onClick={() => onChange(values.filter((_, other) => other !== i))}
          />
        </div>
      ))}
      <div>
        <Button
          size="sm"
          icon={Plus}
          disabled={free.length === 0}
          onClick={() => onChange([...values, { robotId: free[0]?.id ?? '', text: firstValue(kind) }])}
        >
          {t('asset.addRobot')}
        </Button>
      </div>
    </fieldset>
  );
}
