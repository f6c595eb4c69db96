import type { NodeDescriptor } from '@casare/shared';

/** `casare-pack-invoices 1.2.0` */
export function packWords({ name, version }: NonNullable<NodeDescriptor['pack']>): string {
  return `${name} ${version}`;
}
