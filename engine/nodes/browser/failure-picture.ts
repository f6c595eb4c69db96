import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';
import type { BrowserSession } from '../../resources/browser.ts';
import { coverWith, secretFields } from './covered-picture.ts';

const PICTURE_MS = 3000;

/** The failure with a picture of the page where the step asks for one; a picture that cannot be taken never hides the failure. */
export async function withFailurePicture(
  failure: AppError,
  ctx: NodeContext,
  browser: BrowserSession,
  params: object,
): Promise<AppError> {
  const { screenshotOnFail } = params as { screenshotOnFail?: unknown };
  if (typeof screenshotOnFail !== 'string' || screenshotOnFail === '' || !browser.isOpen()) return failure;
  try {
    const page = await browser.page();
    const fields = await secretFields(page, (text) => ctx.holdsSecret(text), PICTURE_MS);
    const picture = await page.screenshot({ timeout: PICTURE_MS, signal: ctx.signal, ...coverWith(fields) });
    const { path } = await ctx.files.write(screenshotOnFail, picture);
    return new AppError(failure.code, `${failure.message} A picture of the page is in ${screenshotOnFail}.`, {
      status: failure.status,
      retryable: failure.retryable,
      details: { ...failure.details, screenshot: path },
      cause: failure.cause,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    ctx.log('warn', `No picture of the failure could be taken: ${reason}`);
    return failure;
  }
}
