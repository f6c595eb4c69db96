import { Package, type LucideIcon } from 'lucide-react';
import * as list from './icon-list.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = { ...list };

/** `mouse-pointer-2` → `MousePointer2` */
function exportName(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** Icon of a node type by its name in kebab case; a parcel for one that is not in the list, as packs may have any. */
export function nodeIcon(name: string): LucideIcon {
  return ICONS[exportName(name)] ?? Package;
}

export function hasIcon(name: string): boolean {
  return Object.hasOwn(ICONS, exportName(name));
}
