import type { CreatedTrigger, Delivery, DeliveryDetail, Trigger, TriggerInput, TriedTrigger } from '@casare/shared';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export function triggersApi({ send, create }: Senders) {
  const at = (id: string) => `/triggers/${encodeURIComponent(id)}`;
  const delivery = (id: string) => `/trigger-deliveries/${encodeURIComponent(id)}`;
  return {
    triggers: (query: Query) => send<Page<Trigger>>('GET', `/triggers${queryText(query)}`),
    trigger: (id: string) => send<Trigger>('GET', at(id)),
    createTrigger: (wanted: TriggerInput) => create<CreatedTrigger>('/triggers', wanted),
    updateTrigger: (id: string, body: TriggerInput) => send<Trigger>('PUT', at(id), { body }),
    setTriggerEnabled: (id: string, enabled: boolean) =>
      send<Trigger>('PUT', `${at(id)}/enabled`, { body: { enabled } }),
    deleteTrigger: (id: string) => send<unknown>('DELETE', at(id)),
    rotateTriggerSecret: (id: string, body: { overlapHours: number; secret?: string }) =>
      send<CreatedTrigger>('POST', `${at(id)}/rotate-secret`, { body }),
    tryTrigger: (id: string, payload: TriedTrigger['input'] & object) =>
      send<TriedTrigger>('POST', `${at(id)}/try`, { body: { payload } }),
    deliveries: (id: string, query: Query) => send<Page<Delivery>>('GET', `${at(id)}/deliveries${queryText(query)}`),
    delivery: (id: string) => send<DeliveryDetail>('GET', delivery(id)),
    replayDelivery: (id: string) => create<Delivery>(`${delivery(id)}/replay`, {}),
  };
}
