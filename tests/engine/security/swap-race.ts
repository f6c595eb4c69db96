import { mkdir, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAccess } from '../../../engine/resources/file-access.ts';

/** Reads and writes through a link that is exchanged all the time, and gives what was read and what arrived outside. */
export async function swapRace(root: string, rounds: number): Promise<{ read: string[]; written: string[] }> {
  const [folder, outside] = [join(root, 'run'), join(root, 'outside')];
  const [inside, way] = [join(folder, 'inside'), join(folder, 'way')];
  await mkdir(inside, { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(inside, 'secret.txt'), 'harmless');
  await symlink(inside, way);
  const files = createFileAccess({ folder });
  let isRunning = true;
  const swapping = (async () => {
    for (let i = 0; isRunning; i++) {
      await symlink(i % 2 === 0 ? outside : inside, `${way}-next`);
      await rename(`${way}-next`, way);
    }
  })();
  const read = new Set<string>();
  for (let i = 0; i < rounds; i++) {
    const handle = await files.open('way/secret.txt').catch(() => undefined);
    if (handle) read.add(await handle.readFile('utf8'));
    await handle?.close();
    await files.write('way/written.txt', 'x').catch(() => undefined);
  }
  isRunning = false;
  await swapping;
  const written: string[] = [];
  for (const name of await readdir(outside)) {
    // The empty name of a temporary file that was made before the check may stay; nothing was written into it.
    const { size } = await stat(join(outside, name));
    if (name !== 'secret.txt' && !(name.endsWith('.tmp') && size === 0)) written.push(`${name} ${size}`);
  }
  return { read: [...read], written };
}
