import { toast } from '../ui/toast.tsx';
import type { Action } from './define-action.ts';

/** Runs an action; what it throws becomes a message instead of silence. */
export async function runSafely(action: Action): Promise<void> {
  try {
    await action.run();
  } catch (error) {
    toast.failed(error, action.label);
  }
}
