import { useTranslation } from 'react-i18next';
import { Spinner } from '../ui/Spinner.tsx';

export function PageLoading() {
  const { t } = useTranslation('shell');
  return (
    <div className="flex flex-1 items-center justify-center text-faint">
      <Spinner label={t('loading')} size={20} />
    </div>
  );
}
