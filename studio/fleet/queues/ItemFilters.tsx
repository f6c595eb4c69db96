import { QUEUE_ITEM_STATES } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ITEM_REVIEWS, ITEM_RISKS, type QueueSearch } from './queues-search.ts';

interface ItemFiltersProps {
  search: QueueSearch;
  onChange: (change: Partial<QueueSearch>, replace?: boolean) => void;
  count: number;
  more: boolean;
  busy: boolean;
}

const none: Partial<QueueSearch> = { q: undefined, state: undefined, risk: undefined, review: undefined };

export function ItemFilters({ search, onChange, count, more, busy }: ItemFiltersProps) {
  const { t } = useTranslation('fleet');
  const { q, state, risk, review } = search;
  return (
    <FilterBar
      search={{
        label: t('queueItems.search'),
        placeholder: t('queueItems.searchShort'),
        value: q,
        onChange: (next) => onChange({ q: next }, true),
      }}
      count={t(more ? 'queueItems.shownMore' : 'queueItems.shown', { count })}
      busy={busy}
      onClear={q || state || risk || review ? () => onChange(none) : undefined}
    >
      <ChoiceChips
        options={QUEUE_ITEM_STATES}
        value={state}
        onChange={(next) => onChange({ state: next })}
        labelOf={(option) => t(`queueItem.states.${option}`)}
      />
      <ChoiceSelect
        label={t('queueItem.risk')}
        anyLabel={t('queueItems.anyRisk')}
        value={risk}
        onChange={(next) => onChange({ risk: next })}
        options={ITEM_RISKS.map((option) => ({ value: option, label: t(`queueItem.risks.${option}`) }))}
      />
      <ChoiceSelect
        label={t('queueItem.review')}
        anyLabel={t('queueItems.anyReview')}
        value={review}
        onChange={(next) => onChange({ review: next })}
        options={ITEM_REVIEWS.map((option) => ({ value: option, label: t(`queueItem.reviews.${option}`) }))}
      />
    </FilterBar>
  );
}
