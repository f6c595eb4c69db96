import type { Trigger } from '@casare/shared';
import { Copy, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { toast } from '../../ui/toast.tsx';
import { useFleetState } from '../fleet-context.tsx';
import { curlExample } from './curl-example.ts';

/** The address of a trigger, its secret while it is known, and a command that sends something. */
export function HowToReach({ trigger, secret }: { trigger: Trigger; secret: string | null }) {
  const { t } = useTranslation('fleet');
  const origin = useFleetState().address?.url ?? '';
  if (trigger.path === null) return null;
  const example = curlExample(trigger, origin, secret ?? t('trigger.yourSecret'));
  return (
    <div className="flex flex-col gap-3">
      {trigger.unsigned && <UnsignedNote />}
      <Copyable label={t('trigger.address')} text={`${origin}${trigger.path}`} />
      {secret !== null && <Copyable label={t('trigger.secret')} text={secret} note={t('trigger.secretOnce')} />}
      {example !== undefined && <Copyable label={t('trigger.example')} text={example} />}
    </div>
  );
}

function UnsignedNote() {
  const { t } = useTranslation('fleet');
  return (
    <p className="flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad">
      <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      {t('trigger.unsignedBody')}
    </p>
  );
}

function Copyable({ label, text, note }: { label: string; text: string; note?: string }) {
  const { t } = useTranslation('fleet');
  return (
    <section aria-label={label}>
      <div className="mb-1 flex items-center gap-2">
        <h3 className="flex-1 text-xs font-medium text-dim">{label}</h3>
        <Button
          size="sm"
          variant="ghost"
          icon={Copy}
          aria-label={`${t('copy')}: ${label}`}
          onClick={() => void copyText(text).then((copied) => copied && toast.done(t('copied')))}
        >
          {t('copy')}
        </Button>
      </div>
      <pre className="max-h-48 overflow-auto rounded-md border border-line bg-raised px-2.5 py-2 font-mono text-xs break-all whitespace-pre-wrap select-text">
        {text}
      </pre>
      {note !== undefined && <p className="mt-1 text-xs text-warn">{note}</p>}
    </section>
  );
}
