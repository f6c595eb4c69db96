import { desktopEnvironment } from './environment.ts';
import { connectX } from './x11/connection.ts';

/** Whether this machine has a desktop that runs can work with: on Linux, a display that answers. */
export async function hasDesktop(given?: Readonly<Record<string, string>>): Promise<boolean> {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  try {
    (await connectX(desktopEnvironment(given))).close();
    return true;
  } catch {
    return false;
  }
}
