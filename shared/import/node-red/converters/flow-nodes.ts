import { listAt, textAt, valueAt } from '../../json.ts';
import { NOTHING, objectFlow } from '../../flow.ts';
import { literalValue } from '../../literal-text.ts';
import {
  oneStep,
  type RedConversion,
  type RedConverter,
  type RedConverterTable,
  type RedReading,
} from '../converter.ts';
import { keptNames, mayEnd, readNames, shimmedFunction } from '../function-shim.ts';
import {
  contextVariable,
  deleteInMessage,
  fieldOf,
  property,
  readMessage,
  setInMessage,
  typedExpression,
} from '../message.ts';
import { Untranslatable } from '../../rewrite.ts';
import { ruleTest } from './rules.ts';

/** Every property of the inject node, with its value at the start. */
const inject: RedConverter = (reading) => {
  const { node } = reading;
  const props = Array.isArray(node.props) ? node.props : [{ p: 'payload' }, { p: 'topic', vt: 'str' }];
  let message = objectFlow({});
  for (const prop of props) {
    const name = textAt(prop, 'p');
    const isPayload = name === 'payload';
    const type = textAt(prop, 'vt') || (isPayload ? reading.text('payloadType', 'date') : 'str');
    const value = valueAt(prop, 'v') ?? (isPayload ? node.payload : name === 'topic' ? node.topic : '');
    try {
      if (name !== '') message = setInMessage(message, name, typedExpression(NOTHING, type, value));
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      reading.partial(`"${name}" could not be translated: ${error.message}`);
    }
  }
  const [repeat, cron] = [reading.text('repeat'), reading.text('crontab')];
  if (repeat !== '') reading.tell(`Make a schedule for it on the fleet: every ${repeat} seconds.`);
  if (cron !== '') reading.tell(`Make a schedule for it on the fleet: cron ${cron}.`);
  if (node.once === true) reading.tell('It ran when Node-RED started: start the workflow where that is needed.');
  return oneStep(reading, 'control.start', {}, message);
};

const debug: RedConverter = (reading) => {
  const complete = reading.text('complete', 'payload');
  const isWhole = reading.node.complete === true || complete === 'true';
  const message = reading.template(
    () =>
      `\${${isWhole ? reading.message.expression : readMessage(reading.message, complete === 'false' ? 'payload' : complete)}}`,
    complete,
  );
  return oneStep(reading, 'data.log', { message, level: 'info' });
};

const functionNode: RedConverter = (reading) => {
  const code = reading.text('func');
  const outputs = Math.min(Math.max(Number(reading.node.outputs ?? 1) || 1, 1), 20);
  reading.partial(
    'The function runs in a sandbox, with what Node-RED gave it made anew in front of it. Check what it gives.',
  );
  if (/\brequire\s*\(|\bsetTimeout\b|\bsetInterval\b|\bBuffer\b/.test(code) || listAt(reading.node, 'libs').length > 0)
    reading.partial('The sandbox has no packages, timers or Buffer. Do that in steps of their own.');
  if (/node\.send\(/.test(code)) reading.partial('Of several messages sent with node.send only the last goes on.');
  if (reading.text('initialize') !== '' || reading.text('finalize') !== '')
    reading.partial('What ran at the start and end of Node-RED is left out.');
  const kept = Object.fromEntries(
    [...readNames(code), ...keptNames(code)].map(({ store, name }) => {
      const { name: variable } = contextVariable(store, name);
      return [variable, `\${vars.${variable} ?? null}`];
    }),
  );
  const set = keptNames(code).map(({ store, name }) => contextVariable(store, name).name);
  const main = {
    type: 'code.javascript',
    params: {
      code: shimmedFunction(code, outputs),
      input: { msg: `\${${reading.message.expression}}`, kept, env: {}, name: reading.node.name ?? '' },
      timeoutMs: 10_000,
    },
  };
  const keep = set.map((name) => ({
    type: 'data.setVariable',
    suffix: `: keep ${name}`,
    params: { name, value: `\${get(steps.$0.output.result.kept, '${name}', vars.${name} ?? null)}` },
  }));
  const messageOf = (i: number) => ({ kind: 'one' as const, expression: `steps.$0.output.result.messages[${i}]` });
  if (outputs === 1 && !mayEnd(code))
    return { steps: [main, ...keep], outputs: [{ step: keep.length, port: 'out', message: messageOf(0) }] };
  const gates = Array.from({ length: outputs }, (_one, i) => ({
    type: 'control.if',
    suffix: outputs === 1 ? ': goes on?' : `: output ${i + 1}?`,
    params: { condition: `\${steps.$0.output.result.messages[${i}] !== null}` },
  }));
  const before = keep.length + 1;
  return {
    steps: [main, ...keep, ...gates],
    outputs: gates.map((_gate, i) => ({ step: before + i, port: 'true', message: messageOf(i) })),
    entries: [0],
  };
};

/** Rules one after the other, on the message as the rule before left it. */
const change: RedConverter = (reading) => {
  let { message } = reading;
  const changed = new Set<string>();
  const stored: { name: string; value: string }[] = [];
  for (const rule of listAt(reading.node, 'rules')) {
    const [kind, path, target] = [textAt(rule, 't'), textAt(rule, 'p'), textAt(rule, 'pt') || 'msg'];
    try {
      if (target !== 'msg') {
        if ((target !== 'flow' && target !== 'global') || kind !== 'set')
          throw new Untranslatable(`"${kind}" of ${target}.${path} has no counterpart`);
        const { name, rest } = contextVariable(target, path);
        if (rest !== '') throw new Untranslatable(`only the whole of ${target}.${path} can be set`);
        stored.push({ name, value: typedExpression(message, textAt(rule, 'tot') || 'str', valueAt(rule, 'to')) });
        continue;
      }
      const before = path;
      if (kind === 'set')
        message = setInMessage(
          message,
          path,
          typedExpression(message, textAt(rule, 'tot') || 'str', valueAt(rule, 'to')),
        );
      else if (kind === 'delete') message = deleteInMessage(message, path);
      else if (kind === 'move') {
        const value = readMessage(message, path);
        message = setInMessage(deleteInMessage(message, path), textAt(rule, 'to'), value);
        changed.add(textAt(rule, 'to').split(/[.[]/)[0] ?? '');
      } else if (kind === 'change') {
        if ((textAt(rule, 'fromt') || 'str') !== 'str')
          throw new Untranslatable('only plain text can be searched and replaced');
        const [from, to] = [
          typedExpression(message, 'str', valueAt(rule, 'from')),
          typedExpression(message, textAt(rule, 'tot') || 'str', valueAt(rule, 'to')),
        ];
        message = setInMessage(
          message,
          path,
          `String(${readMessage(message, path)}).replaceAll(${from}, String(${to}))`,
        );
      }
      changed.add(before.split(/[.[]/)[0] ?? '');
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      reading.partial(`The rule "${kind} ${target}.${path}" could not be translated: ${error.message}`);
    }
  }
  const names = [...changed].filter((name) => name !== '');
  const isGone = (name: string) => property(message, name) === 'undefined';
  const fields = Object.fromEntries(
    names.filter((name) => !isGone(name)).map((name) => [name, fieldOf(property(message, name))]),
  );
  const after = names.reduce(
    (all, name) =>
      setInMessage(all, name, `steps.$0.output.value${/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name}']`}`),
    reading.message,
  );
  const keep = stored.map(({ name, value }) => ({
    type: 'data.setVariable',
    suffix: `: ${name}`,
    params: { name, value: fieldOf(value) },
  }));
  return {
    steps: [{ type: 'data.set', params: { fields } }, ...keep],
    outputs: [{ step: keep.length, port: 'out', message: names.length === 0 ? reading.message : after }],
  };
};

const switchNode: RedConverter = (reading) => {
  const rules = listAt(reading.node, 'rules').slice(0, 60);
  const ports = rules.map((_rule, i) => `case${i + 1}`);
  const isFirstOnly = reading.text('checkall', 'true') === 'false';
  try {
    const value = typedExpression(
      reading.message,
      reading.text('propertyType', 'msg'),
      reading.text('property', 'payload'),
    );
    const tests = rules.map((rule) => (textAt(rule, 't') === 'else' ? 'else' : ruleTest(reading.message, value, rule)));
    if (isFirstOnly || rules.length === 1 || tests.every((test) => /=== '[^']*'$|^else$/.test(test))) {
      const places = tests.map((test, i) => (test === 'else' ? '' : `(${test}) ? '${ports[i]}' : `)).join('');
      const elseAt = tests.indexOf('else');
      const choose = {
        type: 'control.switch',
        params: {
          value: `\${${places}'${elseAt < 0 ? 'default' : ports[elseAt]}'}`,
          cases: ports.map((port) => ({ port, equals: port })),
        },
      };
      return { steps: [choose], outputs: ports.map((port) => ({ step: 0, port, message: reading.message })) };
    }
    const others =
      tests
        .filter((test) => test !== 'else')
        .map((test) => `(${test})`)
        .join(' || ') || 'false';
    const gates = tests.map((test, i) => ({
      type: 'control.if',
      suffix: `: rule ${i + 1}`,
      params: { condition: `\${${test === 'else' ? `!(${others})` : test}}` },
    }));
    return {
      steps: gates,
      outputs: gates.map((_gate, i) => ({ step: i, port: 'true', message: reading.message })),
      entries: gates.map((_gate, i) => i),
    };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    reading.partial(`The rules could not be translated: ${error.message}`);
    const value = reading.template(() => {
      throw error;
    }, JSON.stringify(rules));
    return {
      steps: [{ type: 'control.switch', params: { value, cases: ports.map((port) => ({ port, equals: port })) } }],
      outputs: ports.map((port) => ({ step: 0, port, message: reading.message })),
    };
  }
};

const UNITS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1000,
  second: 1000,
  minutes: 60_000,
  minute: 60_000,
  hours: 3_600_000,
  hour: 3_600_000,
  days: 86_400_000,
  day: 86_400_000,
};

const delay: RedConverter = (reading) => {
  const kind = reading.text('pauseType', 'delay');
  if (kind === 'delayv')
    return oneStep(reading, 'control.delay', { ms: `\${Number(${property(reading.message, 'delay')} ?? 0)}` });
  if (kind !== 'delay')
    reading.partial(
      'It let through so many messages per time. A run has one message at a time; a pause stands in its place.',
    );
  const amount = Number(reading.text(kind === 'delay' ? 'timeout' : 'nbRateUnits', '1')) || 0;
  const unit = UNITS[reading.text(kind === 'delay' ? 'timeoutUnits' : 'rateUnits', 'seconds')] ?? 1000;
  return oneStep(reading, 'control.delay', { ms: Math.min(Math.max(0, Math.round(amount * unit)), 604_800_000) });
};

const subflow: RedConverter = (reading): RedConversion => {
  const id = reading.workflowIdOf(reading.node.type.slice('subflow:'.length));
  if (id === undefined) reading.partial('The subflow is not part of this import. Import it too and choose it.');
  if (listAt(reading.node, 'env').length > 0)
    reading.partial('Settings of this use of the subflow are not taken over; give them as inputs.');
  return oneStep(
    reading,
    'workflow.call',
    { workflowId: id ?? 'subflow', input: { msg: `\${${reading.message.expression}}` } },
    { kind: 'one', expression: 'steps.$0.output.msg' },
  );
};

function passOn(reading: RedReading): RedConversion {
  return oneStep(reading, 'data.log', {
    message: (reading.node.name || reading.node.type).slice(0, 200),
    level: 'debug',
  });
}

/** Links within a tab are wires; what another tab does stands in another workflow. */
function linkOut(reading: RedReading): RedConversion {
  const { links, mode } = reading.node;
  const inThisTab = reading.following.filter((type) => type === 'link in').length;
  if (mode === 'return') reading.partial('It goes back to who called it with "link call", which is not converted.');
  else if (Array.isArray(links) && links.length > inThisTab)
    reading.partial(
      'It leads to another tab, which is a workflow of its own: call that one here with "Call workflow".',
    );
  return passOn(reading);
}

export const FLOW_NODES: RedConverterTable = {
  inject,
  debug,
  function: functionNode,
  change,
  switch: switchNode,
  delay,
  subflow,
  junction: passOn,
  'link in': passOn,
  'link out': linkOut,
  catch: (reading) => passOn(reading),
};

/** What has no counterpart keeps everything it held. */
export function placeholder(reading: RedReading, outputs: number): RedConversion {
  const { id: _id, type, z: _z, x: _x, y: _y, wires: _wires, name: _name, ...params } = reading.node;
  const words = type.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  return {
    steps: [
      { type: `nodeRed.${camel || 'unknown'}`.slice(0, 128), params: literalValue(params) as Record<string, unknown> },
    ],
    outputs: Array.from({ length: Math.max(outputs, 1) }, (_one, i) => ({
      step: 0,
      port: i === 0 ? 'out' : `out${i + 1}`,
      message: { kind: 'one', expression: 'steps.$0.output' },
    })),
  };
}
