import { AppError } from '@casare/shared';
import type { Download, Page } from 'playwright-core';

interface Wait {
  timeout: number;
  signal: AbortSignal;
}

/**
 * Downloads an address with the browser itself, so with its sign-in, its proxy and the guards of its addresses. Most files would be shown
 * (a picture, a PDF, a page): their answer is marked as an attachment on its way into a tab of its own.
 */
export async function downloadAddress(page: Page, url: string, wait: Wait): Promise<{ download: Download; tab: Page }> {
  const tab = await page.context().newPage();
  try {
    const devtools = await page.context().newCDPSession(tab);
    let status = 0;
    devtools.on('Fetch.requestPaused', (event) => {
      const { requestId, responseStatusCode = 0, responseHeaders = [] } = event;
      const isFile = responseStatusCode >= 200 && responseStatusCode < 300;
      if (responseStatusCode >= 300) status = responseStatusCode;
      const kept = responseHeaders.filter(({ name, value }) => {
        return name.toLowerCase() !== 'content-disposition' || /^\s*attachment/i.test(value);
      });
      const isMarked = kept.some(({ name }) => name.toLowerCase() === 'content-disposition');
      const marked = isMarked ? kept : [...kept, { name: 'Content-Disposition', value: 'attachment' }];
      const change = isFile ? { responseCode: responseStatusCode, responseHeaders: marked } : {};
      // The tab may have gone.
      void devtools.send('Fetch.continueResponse', { requestId, ...change }).catch(() => undefined);
    });
    await devtools.send('Fetch.enable', {
      patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Response' }],
    });
    const downloading = tab.waitForEvent('download', wait);
    const going = tab.goto(url, wait).then(
      () =>
        new AppError('NAVIGATION_FAILED', `${url} answered with ${status || 'no file'}.`, { details: { url, status } }),
      (error: unknown) =>
        error instanceof Error && /download is starting|ERR_ABORTED/i.test(error.message) ? undefined : error,
    );
    const failed = going.then((error) => (error === undefined ? downloading : Promise.reject(error as Error)));
    return { download: await Promise.race([downloading, failed]), tab };
  } catch (error) {
    await tab.close().catch(() => undefined);
    throw error;
  }
}
