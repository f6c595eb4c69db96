import { readSession, type SessionState } from '@casare/engine';
import { AppError, type Finding, type Workflow } from '@casare/shared';
import { fault, info, ok, warn } from './finding.ts';

/** Windows and controls of programs need room; below this much of it hides. */
const LEAST_WIDTH = 1024;
const LEAST_HEIGHT = 720;

/** Whether a run could work with the desktop now. */
export async function checkSession(environment?: Readonly<Record<string, string>>): Promise<Finding[]> {
  return findingsOf(await readSession(environment));
}

export function findingsOf(session: SessionState): Finding[] {
  const { width, height } = session;
  if (session.missing !== undefined)
    return [
      info(
        'desktop.session',
        `${session.missing.split('. ')[0]}.`,
        'Only steps that work with the desktop need one. Start the robot in a graphical session, or start a screen for it (Xvfb) and set DISPLAY.',
      ),
    ];
  const found = [
    width === undefined || height === undefined
      ? info('desktop.session', 'There is a desktop; this system does not tell its size.')
      : width < LEAST_WIDTH || height < LEAST_HEIGHT
        ? warn(
            'desktop.resolution',
            `The screen has ${width} × ${height} points; windows and controls may not fit.`,
            `Set the session to ${LEAST_WIDTH} × ${LEAST_HEIGHT} or more, and to the size the workflow was made with where it looks for pictures.`,
          )
        : ok('desktop.session', `A desktop of ${width} × ${height} points.`),
  ];
  if (session.locked)
    found.push(
      fault(
        'desktop.locked',
        'The session is locked: nothing can be clicked or typed.',
        'Unlock it, and switch off the automatic lock for the user of the robot.',
      ),
    );
  if (session.detached)
    found.push(
      fault(
        'desktop.detached',
        'The window of the remote session is closed or minimised: nothing is drawn.',
        'Sign in at the console, or send the session there: tscon <id> /dest:console.',
      ),
    );
  if (session.screensaver)
    found.push(
      fault(
        'desktop.screensaver',
        'The screen saver covers the screen.',
        'Switch it off for the user of the robot: xset s off -dpms.',
      ),
    );
  if (session.takesInput === false)
    found.push(
      fault(
        'desktop.input',
        'The display takes no keys and clicks from programs.',
        'Start the X server with its XTEST extension.',
      ),
    );
  return found;
}

export function needsDesktop({ nodes }: Pick<Workflow, 'nodes'>): boolean {
  return nodes.some(({ type, disabled }) => type.startsWith('desktop.') && disabled !== true);
}

/** Before a job that works with the desktop begins: DESKTOP_MISSING says what to do, and the job is tried again later. */
export async function requireSession(): Promise<void> {
  const session = await readSession();
  const wrong = findingsOf(session).filter(({ level, check }) => level === 'error' || check === 'desktop.session');
  const [first] = session.missing === undefined ? wrong.filter(({ level }) => level === 'error') : wrong;
  if (!first) return;
  throw new AppError('DESKTOP_MISSING', `${first.message} ${first.cure}`, {
    retryable: true,
    details: { findings: wrong.map(({ check, message, cure }) => ({ check, message, cure })) },
  });
}
