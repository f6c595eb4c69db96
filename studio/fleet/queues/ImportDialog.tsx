import { type AppError, asAppError, type FleetQueue, type NewFleetQueueItem, queueItemsFromCsv } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Switch } from '../../ui/Switch.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';

const AT_ONCE = 1000;
const SHOWN = 50;

interface Refused {
  line: number;
  message: string;
}

/** Adds an item for every line of a CSV file. */
export function ImportDialog({ queue, onClose }: { queue: FleetQueue; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const file = useId();
  const [items, setItems] = useState<NewFleetQueueItem[]>([]);
  const [fault, setFault] = useState<AppError>();
  const [each, setEach] = useState(false);
  const [refused, setRefused] = useState<Refused[]>([]);

  async function read(chosen: File | undefined): Promise<void> {
    setItems([]);
    setFault(undefined);
    setRefused([]);
    if (!chosen) return;
    try {
      setItems(queueItemsFromCsv(await chosen.text()));
    } catch (error) {
      setFault(asAppError(error));
    }
  }

  async function send(): Promise<void> {
    const left: Refused[] = [];
    let added = 0;
    for (let first = 0; first < items.length; first += AT_ONCE) {
      const reply = await api.addQueueItems(queue.id, items.slice(first, first + AT_ONCE), each ? 'each' : 'all');
      added += reply.added;
      reply.results.forEach(({ error }, n) => {
        if (error) left.push({ line: first + n + 2, message: error.message });
      });
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.queueItemLists });
    toast.done(t('queue.imported', { count: added, name: queue.name }));
    if (left.length === 0) onClose();
    else {
      setRefused(left);
      setItems([]);
    }
  }

  return (
    <FormDialog
      title={t('queue.importTitle', { name: queue.name })}
      description={t('queue.importBody')}
      submitLabel={t('queue.importSend', { count: items.length })}
      ready={items.length > 0}
      onSubmit={send}
      onClose={onClose}
      size="md"
    >
      <label htmlFor={file} className="text-xs font-medium text-dim">
        {t('queue.importFile')}
      </label>
      <input
        id={file}
        type="file"
        accept=".csv,.tsv,text/csv,text/plain"
        onChange={(event) => void read(event.target.files?.[0])}
        className="rounded-md border border-line-strong bg-inset px-2 py-1.5"
      />
      <Switch checked={each} onChange={setEach} label={t('queue.importEach')} />
      {fault && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {fault.message}
        </p>
      )}
      {items.length > 0 && <p>{t('queue.importFound', { count: items.length })}</p>}
      {refused.length > 0 && (
        <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          <p className="font-medium">{t('queue.importRefused', { count: refused.length })}</p>
          <ul className="max-h-40 overflow-auto">
            {refused.slice(0, SHOWN).map(({ line, message }) => (
              <li key={line}>{t('queue.importLine', { line, message })}</li>
            ))}
          </ul>
        </div>
      )}
    </FormDialog>
  );
}
