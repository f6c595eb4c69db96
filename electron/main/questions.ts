import type { Dialog } from 'electron';

type MessageBox = Pick<Dialog, 'showMessageBox'>;

/** The second button is the answer of Escape and of Enter by mistake. */
async function confirm(dialog: MessageBox, message: string, detail: string, yes: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message,
    detail,
    buttons: [yes, 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

export function askAboutLink(dialog: MessageBox, address: string): Promise<boolean> {
  return confirm(dialog, 'Open this address in your browser?', address, 'Open');
}

export function askAboutPlainKey(dialog: MessageBox): Promise<boolean> {
  return confirm(
    dialog,
    'Keep the key without encryption?',
    'This machine has no keyring (GNOME Keyring or KWallet), so whoever can read your files could read the key of the orchestrator too.',
    'Keep it anyway',
  );
}

/** At once: the window waits in the middle of closing. */
export function askAboutUnsaved(dialog: Pick<Dialog, 'showMessageBoxSync'>): boolean {
  const answer = dialog.showMessageBoxSync({
    type: 'warning',
    message: 'Leave without saving?',
    detail: 'The newest state is kept as a draft and offered when the workflow is opened again.',
    buttons: ['Leave', 'Stay'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return answer === 0;
}

export async function showAbout(dialog: MessageBox, version: string): Promise<void> {
  await dialog.showMessageBox({ type: 'info', message: `CasareRPA ${version}`, buttons: ['Close'] });
}
