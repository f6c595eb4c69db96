import type { FleetQueueItem, QueueItemHistory } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFull } from '../../format/time.ts';
import { Button } from '../../ui/Button.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { Loaded } from '../list/DetailPanel.tsx';
import { ItemState } from './ItemState.tsx';
import { useQueueItemHistory } from './use-queues.ts';

type Entry = QueueItemHistory['history'][number];

/** Every try of a piece of work, and what happened to them, with comments. */
export function ItemHistory({ item, onOpen }: { item: FleetQueueItem; onOpen: (itemId: string) => void }) {
  const { t } = useTranslation('fleet');
  const history = useQueueItemHistory(item.id);
  return (
    <Loaded query={history} failed={t('queueItem.historyFailed')}>
      {({ history: entries, lineage }) => (
        <div className="flex min-h-0 flex-1 flex-col">
          <div className="min-h-0 flex-1 overflow-auto p-3">
            {lineage.length > 1 && (
              <>
                <h3 className="mb-1 text-xs font-medium text-dim">{t('queueItem.tries')}</h3>
                <ol className="mb-4 flex flex-col gap-1">
                  {lineage.map((one) => (
                    <li key={one.id}>
                      <button
                        type="button"
                        disabled={one.id === item.id}
                        className="flex w-full items-center gap-3 rounded-md border border-line px-2 py-1 text-left enabled:hover:bg-hover disabled:border-accent"
                        onClick={() => onOpen(one.id)}
                      >
                        <span className="tabular shrink-0">{t('queueItem.try', { attempt: one.attempt })}</span>
                        <ItemState state={one.state} look="plain" />
                        <span className="truncate text-dim">{one.failure?.reason}</span>
                      </button>
                    </li>
                  ))}
                </ol>
              </>
            )}
            <ol className="flex flex-col gap-2">
              {entries.map((entry) => (
                <HistoryLine
                  key={entry.id}
                  entry={entry}
                  attempt={lineage.find(({ id }) => id === entry.itemId)?.attempt ?? 1}
                />
              ))}
            </ol>
          </div>
          <CommentForm itemId={item.id} />
        </div>
      )}
    </Loaded>
  );
}

function HistoryLine({ entry, attempt }: { entry: Entry; attempt: number }) {
  const { t } = useTranslation('fleet');
  const { reason, text, until, review } = entry.details;
  const more = [
    textOf(reason),
    textOf(text),
    typeof until === 'string' && formatFull(until),
    review && t(`queueItem.reviews.${review as 'verified'}`),
  ].find(Boolean);
  return (
    <li className="border-l-2 border-line pl-2.5">
      <span className="font-medium">{t(`queueItem.happened.${entry.what as 'added'}`)}</span>{' '}
      <span className="text-xs text-faint">
        {t('queueItem.happenedBy', { time: formatFull(entry.at), actor: entry.actor, attempt })}
      </span>
      {more && <p className="break-words text-dim">{more}</p>}
    </li>
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function CommentForm({ itemId }: { itemId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '' || busy) return;
    setBusy(true);
    try {
      await api.commentQueueItem(itemId, text.trim());
      setText('');
      await queries.invalidateQueries({ queryKey: fleetKeys.queueItemHistory(itemId) });
    } catch (error) {
      toast.failed(error, t('queueItem.commentFailed'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)} className="flex shrink-0 gap-2 border-t border-line p-2">
      <TextInput
        value={text}
        onChange={setText}
        maxLength={4000}
        aria-label={t('queueItem.comment')}
        placeholder={t('queueItem.comment')}
      />
      <Button type="submit" loading={busy} disabled={text.trim() === ''}>
        {t('queueItem.send')}
      </Button>
    </form>
  );
}
