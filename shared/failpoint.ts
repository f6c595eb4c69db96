import { AppError } from './errors.ts';

/**
 * Named moments at which a test lets a process die, as a power cut there would. `FAIL_AT=label:n` names the n-th time the moment is
 * reached in one process; several are separated by commas. Without the variable nothing is counted.
 */
export interface Failpoint<Label extends string = string> {
  reach(label: Label): void;
  /** A moment after this call: what was just sent is on its way, and nobody here knows how it ends. */
  reachSoon(label: Label): void;
}

export function createFailpoint<Label extends string>(
  labels: readonly Label[],
  spec: string | undefined,
  die: (label: Label) => void,
): Failpoint<Label> {
  if (spec === undefined || spec === '') return { reach: () => undefined, reachSoon: () => undefined };
  const left = new Map(spec.split(',').map((one) => parse(labels, one)));
  const reach = (label: Label) => {
    const times = left.get(label);
    if (times === undefined) return;
    left.set(label, times - 1);
    if (times === 1) die(label);
  };
  return { reach, reachSoon: (label) => void (left.has(label) && setTimeout(reach, 1, label)) };
}

function parse<Label extends string>(labels: readonly Label[], text: string): [Label, number] {
  const [name, times] = text.split(':');
  const label = labels.find((one) => one === name);
  if (label !== undefined && Number(times) >= 1) return [label, Number(times)];
  throw new AppError('CONFIG_INVALID', `FAIL_AT: "${text}" is not label:n with one of ${labels.join(', ')}.`);
}
