import { type Asset, assetFault, type AssetKind } from '@casare/shared';

type Value = Asset['value'];

/** A value as it stands in an input. */
export function valueText(kind: AssetKind, value: Value): string {
  if (kind === 'text' || kind === 'credential') return typeof value === 'string' ? value : '';
  return JSON.stringify(value, null, 2);
}

/** On one line, for tables. */
export function valueSummary(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What an input means; undefined where that is no value of the kind. */
export function readValue(kind: AssetKind, text: string): Value | undefined {
  const value = parsed(kind, text);
  return value === undefined || assetFault(kind, value) !== undefined ? undefined : value;
}

function parsed(kind: AssetKind, text: string): Value | undefined {
  if (kind === 'text' || kind === 'credential') return text;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

export function firstValue(kind: AssetKind): string {
  return kind === 'boolean' ? 'true' : kind === 'json' ? '{}' : '';
}
