import type { StepRow } from '@casare/shared';
import { type BlobFiles, createBlobFiles, largestInline } from './blob-files.ts';
import { corruptJournal } from './corrupt-journal.ts';
import type { NewStepRow } from './journal.ts';
import type { RowSeal, SecretParts } from './row-seal.ts';

/** In a stored row: what stands in a blob file. Not names of StepRow, so no row can hold them by itself. */
interface BlobNames {
  outputBlob?: string;
  sealedBlob?: string;
}

/** What is shown of a large output that holds a secret; all of it is in the seal. */
const shownPart = 16 * 1024;

/** A row without its secrets, and with what they were sealed. */
export function sealRow(row: StepRow, shown: NewStepRow, seal: RowSeal): StepRow {
  const parts: SecretParts = {};
  for (const name of ['output', 'vars', 'error', 'data'] as const) {
    if (shown[name] !== row[name]) Object.assign(parts, { [name]: row[name] });
  }
  const output = shown.output === undefined ? undefined : shortened(shown.output);
  return { ...shown, seq: row.seq, ...(output !== undefined && { output }), sealed: seal.seal(row, parts) };
}

function shortened(output: StepRow['output']): StepRow['output'] {
  const text = JSON.stringify(output);
  return text.length <= largestInline ? output : `${text.slice(0, shownPart)}…`;
}

/** Throws what decryption throws. */
export function openRow({ sealed, ...row }: StepRow, seal: RowSeal): StepRow {
  return sealed === undefined ? row : { ...row, ...seal.open({ ...row, sealed }) };
}

export function writeStoredRow(row: StepRow, blobs: BlobFiles): string {
  const { output } = row;
  const small = output === undefined || typeof output === 'number' || typeof output === 'boolean';
  if (small && row.sealed === undefined) return JSON.stringify(row);
  const text = JSON.stringify(output);
  const names: BlobNames = {};
  let rest: StepRow = row;
  if (text !== undefined && text.length > largestInline) {
    const { output: _, ...others } = rest;
    rest = others;
    names.outputBlob = blobs.write(text);
  }
  if (rest.sealed !== undefined && rest.sealed.length > largestInline) {
    const { sealed, ...others } = rest;
    rest = others;
    names.sealedBlob = blobs.write(JSON.stringify(sealed));
  }
  return JSON.stringify({ ...rest, ...names });
}

/** A row as it was written, with what stands in blob files. Throws JOURNAL_CORRUPT. */
export function readStoredRow(
  { seq, payload }: { seq: number; payload: string },
  blobs: BlobFiles,
  path: string,
): StepRow {
  try {
    const { outputBlob, sealedBlob, ...row } = JSON.parse(payload) as StepRow & BlobNames;
    return {
      ...row,
      ...(outputBlob !== undefined && { output: JSON.parse(blobs.read(outputBlob)) as StepRow['output'] }),
      ...(sealedBlob !== undefined && { sealed: JSON.parse(blobs.read(sealedBlob)) as string }),
    };
  } catch (thrown) {
    throw corruptJournal(path, `row ${seq} cannot be read`, thrown);
  }
}

/** Where the large outputs of a journal lie. */
export function blobsOf(path: string): BlobFiles {
  return createBlobFiles(`${path}.outputs`);
}
