// Started as a process by browser-crash.long.test.ts: opens a browser, says its process id, and then is killed or leaves without a word.
import { createResourceManager } from '../../../engine/resources/create-resources.ts';

const [folder = '', how] = process.argv.slice(2);
const manager = createResourceManager();
const run = manager.forRun({ folder });
const page = await run.browser.open({ engine: 'chromium' });
const devtools = await page.context().browser()?.newBrowserCDPSession();
const info = await devtools?.send('SystemInfo.getProcessInfo');
process.stdout.write(String(info?.processInfo.find(({ type }) => type === 'browser')?.id ?? 0));
if (how === 'leave') process.exit(0);
