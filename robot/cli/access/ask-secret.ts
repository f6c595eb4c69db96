import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError } from '@casare/shared';

/** Asks in the terminal; what is secret is not shown while it is typed. */
export async function askInTerminal(question: string, isSecret: boolean, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY)
    throw new AppError('USAGE', `There is no terminal to ask in: ${question} Give the password with --password-file.`);
  let isHidden = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isHidden) process.stderr.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = reader.question(`${question} `, { signal });
    isHidden = isSecret;
    return await answer;
  } finally {
    if (isSecret) process.stderr.write('\n');
    reader.close();
  }
}
