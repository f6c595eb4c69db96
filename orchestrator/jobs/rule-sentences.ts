import type { JobFacts, PairFacts, Verdict } from './rule-facts.ts';

const none = 'Nothing to do.';
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
const missing = (wanted: readonly string[], offered: readonly string[]) =>
  wanted.filter((name) => !offered.includes(name));
const list = (names: readonly string[]) => (names.length === 0 ? 'none' : quoted(names));

export function state({ state: now }: JobFacts): Verdict {
  return {
    detail: `The job is not pending, it is ${now}.`,
    cure: now === 'failed' || now === 'cancelled' ? 'Retry it to put it back into the queue.' : none,
  };
}

export function dependencies({ waits }: JobFacts): Verdict {
  const names = waits.map(({ id, name, state: now }) => `${name} (${id}, ${now})`).join('; ');
  return {
    detail: `It waits for ${waits.length === 1 ? 'a job' : `${waits.length} jobs`}: ${names}.`,
    cure: 'It goes on when they have ended. Cancel what it waits for, or submit it without "after".',
  };
}

export function notBefore({ not_before }: JobFacts): Verdict {
  return {
    detail: `It must not start before ${not_before?.toISOString()}.`,
    cure: 'Wait, or assign it without a time.',
  };
}

export function deadline({ deadline: time }: JobFacts): Verdict {
  return {
    detail: `Its deadline ${time?.toISOString()} has passed before it was started: it fails in a moment.`,
    cure: 'Requeue it with a later deadline or without one.',
  };
}

export function removed({ robot }: PairFacts): Verdict {
  return {
    detail: `"${robot.name}" was taken out of the fleet.`,
    cure: 'Start it again, or assign the job to another robot.',
  };
}

export function key({ robot }: PairFacts): Verdict {
  return {
    detail: `The key of "${robot.name}" is revoked or has expired, so it is refused.`,
    cure: 'Create a robot key and start the robot with it.',
  };
}

export function workspace(): Verdict {
  return { detail: 'It belongs to another workspace.', cure: 'Start a robot with a robot key of this workspace.' };
}

export function target({ job }: PairFacts): Verdict {
  const name = job.target_robot === null ? 'another robot' : `"${job.target_robot}"`;
  return { detail: `The job was given to ${name}.`, cure: 'Assign the job to this robot, or to none.' };
}

export function group({ job, robot }: PairFacts): Verdict {
  if (job.target_group === null)
    return { detail: 'The group the job was given to is gone.', cure: 'Assign the job to another group, or to none.' };
  return {
    detail: `The job is for the group "${job.target_group}"; the robot is in ${list(robot.groups)}.`,
    cure: `Add the robot to "${job.target_group}", or assign the job to another group.`,
  };
}

export function capabilities({ job, robot }: PairFacts): Verdict {
  const names = missing(job.required_capabilities, robot.capabilities);
  return {
    detail: `It does not offer: ${names.join(', ')}.`,
    cure: `Install what is missing (${names.join(', ')}) on the robot and restart it, or use a robot that has it.`,
  };
}

export function tags({ job, robot }: PairFacts): Verdict {
  const names = missing(job.required_tags, robot.tags);
  return {
    detail: `It does not carry the tags: ${names.join(', ')}.`,
    cure: `Give the robot the tags ${quoted(names)}, or submit the job without them.`,
  };
}

export function environment({ job, robot }: PairFacts): Verdict {
  return {
    detail: `The job runs in "${job.environment}", the robot in "${robot.environment ?? 'none'}".`,
    cure: `Set the environment of the robot to "${job.environment}", or change the workflow's.`,
  };
}

export function reservation({ robot }: PairFacts): Verdict {
  return {
    detail: `It is reserved for ${robot.reserved_for ?? 'others'} until ${robot.reserved_until ?? 'later'}.`,
    cure: 'Wait, or delete the reservation.',
  };
}

export function affinity({ job }: PairFacts): Verdict {
  const name = job.affinity_key ?? '';
  if (job.holder === null)
    return {
      detail: `An earlier job of "${name}" decides first which robot has it.`,
      cure: 'It goes on once that job has started. Look why that one is pending.',
    };
  if (job.affinity === 'soft')
    return {
      detail: `"${job.holder}" has the state "${name}" and is preferred for 30 seconds.`,
      cure: 'Anybody may take it after that.',
    };
  return {
    detail: `The ${job.affinity === 'session' ? 'session' : 'state'} "${name}" is on "${job.holder}", and the job runs only there.`,
    cure: `Bring "${job.holder}" back or free it, or delete the affinity "${name}".`,
  };
}

export function rejection({ robot }: PairFacts): Verdict {
  return {
    detail: `It handed the job back because it cannot run it: ${robot.rejected_because ?? 'no reason given'}. It is not offered again before ${robot.rejected_until ?? 'later'}.`,
    cure: 'Repair what it says and restart the robot, or wait.',
  };
}

export function offline({ robot }: PairFacts): Verdict {
  const last = robot.last_heartbeat_at ? ` since ${robot.last_heartbeat_at.toISOString()}` : '';
  return { detail: `It is offline: nothing was heard of it${last}.`, cure: 'Start it, or look at its machine.' };
}

export function paused({ robot }: PairFacts): Verdict {
  return {
    detail: `It takes no jobs now: it is ${robot.state}.`,
    cure: robot.state === 'paused' ? 'Resume it.' : 'Restart it when it has stopped.',
  };
}

export function disk(): Verdict {
  return { detail: 'Its disk is nearly full, so it takes no jobs.', cure: 'Free some space on it.' };
}

export function capacity({ robot }: PairFacts): Verdict {
  return {
    detail: `It runs ${robot.running} of at most ${robot.max_concurrent_jobs} jobs.`,
    cure: 'Wait, let it run more at once, or start another robot.',
  };
}
