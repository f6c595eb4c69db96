import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '@casare/shared';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long when there is no hash to compare with. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

const memoryKiB = 19 * 1024;
const passes = 2;
const tagLength = 32;
// Two at a time leave the other threads of Node to files and names; what waits longer than a client does is not begun.
const atOnce = 2;
const maxWaiting = 100;

/** argon2id, 19 MiB, two passes. It is slow on purpose, so only so many are worked on, and only so many wait. */
export function createPasswords(): Passwords {
  const waiting: (() => void)[] = [];
  let working = 0;

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (working < atOnce) working++;
    else {
      if (waiting.length >= maxWaiting)
        throw new AppError('RATE_LIMITED', 'Too many people sign in at this moment. Try again in a few seconds.', {
          retryable: true,
          details: { retryAfter: 5 },
        });
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else working--;
    }
  }

  return {
    async hash(password) {
      const nonce = randomBytes(16);
      const tag = await inTurn(() => derive(password, { nonce, memory: memoryKiB, passes, tagLength, parallelism: 1 }));
      return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${unpadded(nonce)}$${unpadded(tag)}`;
    },
    async verify(password, hash) {
      const known = hash === undefined ? undefined : readHash(hash);
      const nonce = known?.nonce ?? Buffer.alloc(16);
      const { memory, times, length } = known ?? { memory: memoryKiB, times: passes, length: tagLength };
      const tag = await inTurn(() =>
        derive(password, { nonce, memory, passes: times, tagLength: length, parallelism: 1 }),
      );
      return known !== undefined && timingSafeEqual(tag, known.tag);
    },
  };
}

function derive(password: string, parameters: Omit<Argon2Parameters, 'message'>): Promise<Buffer> {
  // The same letters typed on another system must be the same password.
  const message = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    argon2('argon2id', { ...parameters, message }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

const form = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function readHash(hash: string) {
  const [, memory, times, nonce = '', tag = ''] = form.exec(hash) ?? [];
  if (memory === undefined) throw new TypeError('a stored password has a form this version does not know');
  const bytes = Buffer.from(tag, 'base64');
  return {
    memory: Number(memory),
    times: Number(times),
    nonce: Buffer.from(nonce, 'base64'),
    tag: bytes,
    length: bytes.length,
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
