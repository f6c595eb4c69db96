import {
  builtinNodes,
  compile,
  createRegistry,
  createRunResources,
  type Journal,
  run,
  type RunResult,
} from '@casare/engine';
import { workflowOf } from '../../support/workflows.ts';

/** Logs in, fills in a form over several steps and sends it once. */
export function runForm(site: string, folder: string, journal: Journal): Promise<RunResult> {
  const document = workflowOf(
    {
      start: 'control.start',
      open: 'browser.open',
      login: { type: 'browser.goto', params: { url: `${site}/login` } },
      form: { type: 'browser.goto', params: { url: `${site}/form` } },
      name: { type: 'browser.fill', params: { target: '#name', text: 'ada' } },
      city: { type: 'browser.fill', params: { target: '#city', text: 'london' } },
      send: { type: 'browser.click', params: { target: 'button', effect: 'once' } },
      wait: { type: 'browser.waitFor', params: { target: 'h1' } },
      read: { type: 'browser.extractText', params: { target: 'h1' } },
    },
    ['start>open', 'open>login', 'login>form', 'form>name', 'name>city', 'city>send', 'send>wait', 'wait>read'],
    { outputs: [{ name: 'text', value: '${steps.read.output.text}' }] },
  );
  return run(compile(document, createRegistry(builtinNodes)), {
    runId: folder,
    input: {},
    journal,
    resources: createRunResources({ folder }),
  });
}
