import type { WireError } from '@casare/shared';
import { CircleAlert, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../ui/class-names.ts';
import { copyText } from '../../ui/copy-text.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { toast } from '../../ui/toast.tsx';

/** More letters than this are folded, so that the code below them stays in sight. */
const LONG = 220;

/** An error as a person needs it: the sentence, the code, and the facts to copy. */
export function ErrorNote({ error }: { error: WireError }) {
  const { t } = useTranslation('fleet');
  const [whole, setWhole] = useState(false);
  const long = error.message.length > LONG || error.message.split('\n').length > 3;
  const facts = Object.entries(error.details ?? {}).filter(([, value]) => value === null || typeof value !== 'object');
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-bad-soft px-3 py-2.5">
      <CircleAlert size={16} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className={classNames('break-words whitespace-pre-wrap text-text', long && !whole && 'line-clamp-3')}>
          {error.message}
        </p>
        {long && (
          <button
            type="button"
            aria-expanded={whole}
            onClick={() => setWhole(!whole)}
            className="rounded text-xs text-accent hover:underline"
          >
            {t(whole ? 'error.less' : 'error.more')}
          </button>
        )}
        <p className="mt-1 text-xs text-dim">
          <span className="font-mono">{error.code}</span> ·{' '}
          {t(error.retryable ? 'error.retryable' : 'error.notRetryable')}
        </p>
        {facts.length > 0 && (
          <dl className="mt-1.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs">
            {facts.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-dim">{name}</dt>
                <dd className="truncate font-mono">{String(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <IconButton
        icon={Copy}
        size="sm"
        label={t('error.copy')}
        onClick={() =>
          void copyText(JSON.stringify(error, null, 2)).then((copied) => copied && toast.done(t('copied')))
        }
      />
    </div>
  );
}
