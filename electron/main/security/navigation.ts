import type { App, WebContents } from 'electron';
import { isStudioUrl } from '../origin.ts';

/** Every page stays the studio: no other address, no second window, no <webview>. Links leave through `openLink`. */
export function setupNavigation(app: Pick<App, 'on'>, openLink: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents, openLink));
}

function guardPage(contents: WebContents, openLink: (address: string) => void): void {
  contents.on('will-navigate', (details) => {
    if (!isStudioUrl(details.url)) details.preventDefault();
  });
  contents.on('will-frame-navigate', (details) => {
    // The studio has no frames, so whatever wants to load in one is not ours.
    if (!details.isMainFrame || !isStudioUrl(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (!isStudioUrl(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
}
