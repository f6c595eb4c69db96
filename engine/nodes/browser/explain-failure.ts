import { AppError } from '@casare/shared';

/** What was tried, for the message and the details of a failure. */
export interface Attempted {
  target?: string;
  url?: string;
  timeoutMs: number;
}

/** A failure of Playwright as one of ours, with a sentence that says what to do. Texts that were typed never stand in it. */
export function explainFailure(thrown: unknown, tried: Attempted): AppError {
  if (thrown instanceof AppError) return thrown;
  const text = stripColours(thrown instanceof Error ? thrown.message : String(thrown));
  const options = { details: detailsOf(tried), cause: thrown };
  if (/target (page, context or browser has been closed|crashed)|page crashed|browser has been closed/i.test(text)) {
    return new AppError('BROWSER_CRASHED', 'The browser or its page went away while the step used it.', {
      ...options,
      retryable: true,
    });
  }
  if (text.includes('strict mode violation')) return ambiguous(text, tried, thrown);
  if (/while parsing|unknown engine|is not a valid (xpath|selector)|malformed selector|unexpected token/i.test(text)) {
    return new AppError(
      'PARAMS_INVALID',
      `The selector ${quote(tried.target)} cannot be read: ${reasonOf(text)}`,
      options,
    );
  }
  if (/timeout \d+ms exceeded/i.test(text)) return timedOut(text, tried, thrown);
  if (/net::ERR_|NS_ERROR_|interrupted by another navigation|download is starting|navigation failed/i.test(text)) {
    return navigationFailed(text, tried, thrown);
  }
  return new AppError('NODE_FAILED', reasonOf(text), options);
}

function ambiguous(text: string, tried: Attempted, cause: unknown): AppError {
  const count = Number(/resolved to (\d+) elements/.exec(text)?.[1] ?? 2);
  const candidates = [...text.matchAll(/^\s*\d+\) (.+?)(?: aka (.+))?$/gm)].slice(0, 3).map((match) => ({
    element: (match[1] ?? '').slice(0, 300),
    selector: (match[2] ?? '').slice(0, 300),
  }));
  const named = candidates.map(({ element }) => element).join(', ');
  return new AppError(
    'ELEMENT_NOT_FOUND',
    `The selector ${quote(tried.target)} matches ${count} elements: ${named}${count > candidates.length ? ', …' : ''}. Make it more exact, or add " >> nth=0" to take the first.`,
    { details: { ...detailsOf(tried), count, candidates }, cause },
  );
}

function timedOut(text: string, tried: Attempted, cause: unknown): AppError {
  const options = { details: detailsOf(tried), cause, retryable: true };
  const waited = `${tried.timeoutMs} ms`;
  if (/navigating to|waiting for navigation/i.test(text) && !tried.target) {
    return new AppError('NAVIGATION_FAILED', `The page did not load within ${waited}.`, options);
  }
  if (tried.target === undefined) {
    return new AppError('NODE_TIMEOUT', `What the step waits for did not happen within ${waited}.`, options);
  }
  if (/locator resolved to (?!\d+ elements)|unexpected value|attempting .+ action/i.test(text)) {
    const why = obstacle(text);
    return new AppError(
      'NODE_TIMEOUT',
      `${quote(tried.target)} was found, but not ready within ${waited}${why ? `: ${why}` : ''}.`,
      { ...options, details: { ...options.details, reason: why } },
    );
  }
  return new AppError(
    'ELEMENT_NOT_FOUND',
    `Nothing on ${tried.url ?? 'the page'} matched ${quote(tried.target)} within ${waited}. Check the selector, or whether the page is the right one.`,
    options,
  );
}

/** The last reason in Playwright's call log: "element is not enabled", "<div> intercepts pointer events". */
function obstacle(text: string): string {
  const reasons = [
    ...text.matchAll(/(element is (?:not|outside)[^\n]*|<[^\n]+ intercepts pointer events|did not find some options)/g),
  ];
  return (reasons.at(-1)?.[1] ?? '').slice(0, 300);
}

function navigationFailed(text: string, tried: Attempted, cause: unknown): AppError {
  const options = { details: detailsOf(tried), cause };
  if (/download is starting/i.test(text)) {
    return new AppError(
      'NAVIGATION_FAILED',
      `${tried.url ?? 'The address'} is a file to download, not a page. Use "Download a file".`,
      options,
    );
  }
  const code = /(net::ERR_[A-Z_]+|NS_ERROR_[A-Z_]+)/.exec(text)?.[1] ?? 'the navigation was interrupted';
  return new AppError(
    'NAVIGATION_FAILED',
    `The page could not be opened: ${code}. Check the address and the network.`,
    {
      ...options,
      retryable: !/ERR_(INVALID_URL|UNSAFE_PORT|UNKNOWN_URL_SCHEME|CERT_)/.test(code),
    },
  );
}

function detailsOf(tried: Attempted): Record<string, unknown> {
  const details: Record<string, unknown> = { timeoutMs: tried.timeoutMs };
  if (tried.target !== undefined) details['selector'] = tried.target;
  if (tried.url !== undefined) details['url'] = tried.url;
  return details;
}

/** First line without the name of Playwright's function: the call log below it repeats what was typed, secrets included. */
function reasonOf(text: string): string {
  const line = (text.split('\n')[0] ?? '').replace(/^[a-zA-Z]+\.[a-zA-Z]+: /, '').replace(/^Error: /, '');
  return line.slice(0, 500) || 'The browser gave no reason.';
}

function quote(target: string | undefined): string {
  return target === undefined ? 'of the step' : `"${target}"`;
}

function stripColours(text: string): string {
  return text.replaceAll(/\u001b\[\d+m/g, '');
}
