import { listAt, recordAt, textAt } from '../../json.ts';
import type { Conversion, Converter, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';
import type { Flow } from '../../flow.ts';

/** A trigger becomes the start; what fires it is set up where the workflow is published. */
function trigger(prepare: (reading: NodeReading) => Flow): Converter {
  return {
    reads: 'any',
    convert: (reading): Conversion => ({ type: 'control.start', params: {}, gives: prepare(reading) }),
  };
}

const NO_DATA: Flow = { kind: 'one', expression: '({})' };
const INPUT: Flow = { kind: 'one', expression: 'input' };

export const TRIGGERS: Readonly<Record<string, Converter>> = {
  manualTrigger: trigger(() => NO_DATA),
  start: trigger(() => NO_DATA),
  scheduleTrigger: trigger(schedule),
  cron: trigger(schedule),
  interval: trigger(schedule),
  webhook: trigger((reading) => {
    const path = textAt(reading.params, 'path');
    for (const name of ['body', 'query', 'headers', 'params']) reading.input(name);
    reading.tell(
      `Set up a webhook trigger on the fleet${path === '' ? '' : ` (the path was "${path}", method ${textAt(reading.params, 'httpMethod') || 'GET'})`} that starts a job with the inputs body, query, headers and params.`,
    );
    if (reading.params.responseMode === 'responseNode' || reading.params.responseMode === 'lastNode')
      reading.partial(
        'n8n answered the caller with data of the workflow; here a job is started and the caller gets its id.',
      );
    return INPUT;
  }),
  formTrigger: trigger((reading) => {
    reading.partial(
      'The web form that starts it has no counterpart: start the workflow with inputs, or ask with a "Form" step.',
    );
    for (const field of listAt(reading.params, 'formFields', 'values'))
      declare(reading, textAt(recordAt(field), 'fieldLabel'));
    return INPUT;
  }),
  executeWorkflowTrigger: trigger((reading) => {
    for (const field of listAt(reading.params, 'workflowInputs', 'values'))
      declare(reading, textAt(recordAt(field), 'name'));
    return INPUT;
  }),
  errorTrigger: trigger((reading) => {
    reading.partial(
      'It ran when another workflow failed. Start it from a Catch, or by a trigger of the fleet, and give it the error as inputs.',
    );
    return INPUT;
  }),
};

/** What starts a workflow and is not known here: its data comes as inputs, its settings stay in the note. */
export const unknownTrigger: Converter = trigger((reading) => {
  reading.partial(
    `What started it (${reading.node.type}) has no counterpart: start it by a trigger of the fleet that gives the same data as inputs. Its settings were ${JSON.stringify(reading.params).slice(0, 4000)}.`,
  );
  return INPUT;
});

function declare(reading: NodeReading, name: string): void {
  if (/^[A-Za-z_]\w{0,63}$/.test(name)) reading.input(name);
}

function schedule(reading: NodeReading): Flow {
  const rules = [...listAt(reading.params, 'rule', 'interval'), ...listAt(reading.params, 'triggerTimes', 'item')].map(
    describeRule,
  );
  const every =
    reading.params.interval === undefined
      ? []
      : [`every ${textAt(reading.params, 'interval')} ${textAt(reading.params, 'unit') || 'seconds'}`];
  const when = [...rules, ...every].filter((text) => text !== '').join('; ');
  reading.tell(`Make a schedule for it on the fleet${when === '' ? '' : `: ${when}`}.`);
  return objectFlow({ timestamp: 'now()' });
}

function describeRule(rule: unknown): string {
  const field = textAt(rule, 'field') || textAt(rule, 'mode');
  const expression = textAt(rule, 'expression') || textAt(rule, 'cronExpression');
  if (expression !== '') return `cron ${expression}`;
  const amount = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months'].map(
    (unit) => textAt(rule, `${unit}Interval`) && `every ${textAt(rule, `${unit}Interval`)} ${unit}`,
  );
  const hour = textAt(rule, 'triggerAtHour') || textAt(rule, 'hour');
  const minute = textAt(rule, 'triggerAtMinute') || textAt(rule, 'minute');
  const time = hour === '' ? '' : `at ${hour.padStart(2, '0')}:${(minute || '0').padStart(2, '0')}`;
  return [amount.find(Boolean) || field, time].filter((part) => part !== '').join(' ') || 'every day';
}

/** Types that begin a workflow, known or not. */
export function isTrigger(shortType: string): boolean {
  return Object.hasOwn(TRIGGERS, shortType) || shortType.endsWith('Trigger') || shortType === 'emailReadImap';
}
