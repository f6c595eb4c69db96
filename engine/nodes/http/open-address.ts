import { AppError } from '@casare/shared';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Programs that show an address in the browser of the person who is signed in at this machine. */
function programOf(url: string): [string, string[]] {
  switch (process.platform) {
    case 'win32':
      return ['rundll32', ['url.dll,FileProtocolHandler', url]];
    case 'darwin':
      return ['open', [url]];
    default:
      return ['xdg-open', [url]];
  }
}

/** Shows a web address to the person at this machine. */
export async function openAddress(url: string): Promise<void> {
  const [program, words] = programOf(new URL(url).href);
  const child = spawn(program, words, { stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new AppError(
      'NODE_FAILED',
      `No browser could be opened here (${program} is missing). Let the step only log the address.`,
      {
        cause: error,
      },
    );
  }
  child.unref();
}
