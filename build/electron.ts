import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron } from './electron-binary.ts';
import { buildElectron } from './electron-build.ts';
import { root } from './run-tool.ts';
import { ensureStudioBuild } from './studio-build.ts';

/** `npm run studio`: builds what is not built, then shows the studio in a window of its own. Exit 2: it could not be started. */
async function main(): Promise<void> {
  const electron = await findElectron(process.env);
  console.log(await ensureStudioBuild());
  await buildElectron();
  const child = spawn(electron, [join(root, 'electron'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      STUDIO_DIST: join(root, 'studio', 'dist'),
      STUDIO_EXAMPLES: join(root, 'examples'),
      STUDIO_NODE: process.execPath,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Electron could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
