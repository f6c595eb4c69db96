import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';

const kinds = ['none', 'recaptcha', 'hcaptcha', 'turnstile', 'image', 'other'] as const;

export const detectCaptcha = defineBrowserNode({
  type: 'browser.detectCaptcha',
  version: 1,
  title: 'Look for captcha',
  icon: 'bot',
  description:
    'Tells whether the page asks to prove that a person is there. It is not solved: hand the page to a person then.',
  synonyms: ['recaptcha', 'hcaptcha', 'turnstile', 'robot check', 'human'],
  params: z.strictObject({
    target: z.string().max(5000).default('').meta({
      title: 'Own sign',
      description: 'Selector of what this site shows in such a case; empty for the usual ones.',
      'x-widget': 'selector',
      'x-advanced': true,
    }),
    timeoutMs: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(0)
      .meta({ title: 'Wait at most', description: 'How long to wait for one; 0 looks once.', unit: 'ms' }),
  }),
  output: z.object({
    found: z.boolean(),
    kind: z.enum(kinds),
    siteKey: z.string(),
    visible: z.boolean().describe('False for those that watch without asking'),
    url: z.string(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Is a person needed?', params: {} }],
  async run(step, params) {
    const page = await step.page();
    const own = params.target ? await step.elements(params) : undefined;
    const look = async () => {
      if (own && (await own.count()) > 0) {
        return { kind: 'other' as const, siteKey: '', visible: await own.first().isVisible() };
      }
      return (await page.evaluate(findCaptcha)) ?? undefined;
    };
    const found = await pollUntil(look, step.wait);
    const nothing = { kind: 'none' as const, siteKey: '', visible: false };
    return { output: { found: found !== undefined, ...(found ?? nothing), url: page.url() } };
  },
});

/** Runs in the page. */
function findCaptcha() {
  const signs = [
    ['recaptcha', '.g-recaptcha, iframe[src*="/recaptcha/"], script[src*="/recaptcha/"]'],
    ['hcaptcha', '.h-captcha, iframe[src*="hcaptcha.com"], script[src*="hcaptcha.com"]'],
    ['turnstile', '.cf-turnstile, iframe[src*="challenges.cloudflare.com"], script[src*="challenges.cloudflare.com"]'],
    ['image', 'img[src*="captcha" i], img[alt*="captcha" i], input[name*="captcha" i], [id*="captcha" i]'],
  ] as const;
  for (const [kind, selector] of signs) {
    const all = [...document.querySelectorAll(selector)];
    if (all.length === 0) continue;
    const key = document.querySelector('[data-sitekey]')?.getAttribute('data-sitekey');
    const fromFrame = all.map((element) => /[?&#](?:k|sitekey)=([\w-]+)/.exec(element.getAttribute('src') ?? '')?.[1]);
    const isShown = (element: Element) => {
      const { width, height } = element.getBoundingClientRect();
      return element.tagName !== 'SCRIPT' && element.checkVisibility() && width > 30 && height > 20;
    };
    return { kind, siteKey: key ?? fromFrame.find(Boolean) ?? '', visible: all.some(isShown) };
  }
  return null;
}
