import type { Scope } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** Who one is to the orchestrator, where, and what one may do there. */
export function useMe() {
  const { api } = useFleetClient();
  return useQuery({ queryKey: fleetKeys.me, queryFn: api.me });
}

/** Whether one may do what needs the scope; `why` explains a control that is off, for its `title`. */
export function useMay(scope: Scope): { may: boolean; why: string | undefined } {
  const { t } = useTranslation('fleet');
  const { data } = useMe();
  // Until it is known nothing is taken away: the orchestrator refuses in any case.
  const may = data ? data.scopes.includes(scope) : true;
  return { may, why: may ? undefined : t('access.mayNot', { scope }) };
}
