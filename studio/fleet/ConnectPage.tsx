import { Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ConnectForm } from './ConnectForm.tsx';

export function ConnectPage() {
  const { t } = useTranslation('fleet');
  return (
    <div className="flex flex-1 items-center justify-center overflow-auto p-6">
      <section
        className="w-[420px] max-w-full rounded-lg border border-line bg-surface p-6"
        aria-labelledby="connect-title"
      >
        <Server size={22} className="mb-3 text-accent" aria-hidden />
        <h1 id="connect-title" className="text-lg font-semibold">
          {t('connect.title')}
        </h1>
        <p className="mt-1 mb-5 text-dim">{t('connect.body')}</p>
        <ConnectForm />
      </section>
    </div>
  );
}
