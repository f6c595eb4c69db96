import type { Session } from 'electron';
import { isStudioUrl } from '../origin.ts';

/** Writing the clipboard after a key press or click is all the studio needs; reading it, camera, place … it never asks for. */
const GRANTED: readonly string[] = ['clipboard-sanitized-write'];

/** What pages of this session may do: both handlers, because a check without a request asks only the second. */
export function setupPermissions(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'webRequest'
  >,
): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(details.isMainFrame && isGranted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) => details.isMainFrame && isGranted(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  // The policy of the page says the same; this also holds for what a policy does not cover.
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !mayLoad(details.url) }));
}

function isGranted(permission: string, address: string): boolean {
  return GRANTED.includes(permission) && isStudioUrl(address);
}

function mayLoad(address: string): boolean {
  return isStudioUrl(address) || /^(data|blob|devtools):/.test(address);
}
