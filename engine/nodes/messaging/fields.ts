import { z } from 'zod';

export const timeoutField = z
  .int()
  .min(1)
  .max(600_000)
  .default(30_000)
  .meta({ title: 'Time limit', unit: 'ms', 'x-advanced': true });

/** The address a channel gave for messages from outside. Whoever knows it may write there. */
export const webhookField = (placeholder: string) =>
  z.string().min(1).max(4096).meta({
    title: 'Webhook address',
    placeholder,
    description: 'It is a secret: whoever knows it may write into the channel.',
    'x-widget': 'password',
  });

export const baseField = (address: string) =>
  z.string().min(1).max(1000).default(address).meta({ title: 'Address of the service', 'x-advanced': true });

/** The parts of an address that must stand in no message. */
export function secretsOf(url: string): string[] {
  if (!URL.canParse(url)) return [url];
  const { pathname, search } = new URL(url);
  return [pathname + search, pathname].filter((part) => part.length > 1);
}
