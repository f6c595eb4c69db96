import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { ClaimedJob } from '@casare/shared';

const nonceBytes = 12;
const tagBytes = 16;

/** A job as it may lie on the disk of a robot: no key, and its input sealed with that key. */
export type JobAtRest = Omit<ClaimedJob, 'input' | 'journalKey'> & { sealedInput: string };

export function sealJob({ input, journalKey, ...job }: ClaimedJob): JobAtRest {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', inputKey(journalKey), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(job.jobId));
  const body = [cipher.update(JSON.stringify(input)), cipher.final()];
  return { ...job, sealedInput: Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64') };
}

/** Throws when the key is not the one of this job. */
export function openJob({ sealedInput, ...job }: JobAtRest, journalKey: string): ClaimedJob {
  const bytes = Buffer.from(sealedInput, 'base64');
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', inputKey(journalKey), nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(job.jobId)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString();
  return { ...job, journalKey, input: JSON.parse(text) as ClaimedJob['input'] };
}

function inputKey(journalKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(journalKey, 'base64'), '', 'casare job input 1', 32));
}
