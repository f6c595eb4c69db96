import type { FleetEvent, Job, Robot } from '@casare/shared';

let counter = 0;

/** A job with everything set; tests give what they are about. */
export function aJob(overrides: Partial<Job> = {}): Job {
  counter += 1;
  return {
    id: `job-${counter}`,
    state: 'pending',
    workflowId: 'workflow-1',
    workflowName: 'Invoices',
    workflowVersion: 1,
    contentHash: 'hash',
    priority: 10,
    input: {},
    output: null,
    error: null,
    robotId: null,
    robotName: null,
    attempt: 0,
    maxRetries: 3,
    progress: null,
    currentNode: null,
    cancelRequested: false,
    deadLetter: false,
    waitingFor: null,
    reference: null,
    createdAt: '2026-03-01T10:00:00.000Z',
    notBefore: null,
    startedAt: null,
    finishedAt: null,
    leaseUntil: null,
    ...overrides,
  };
}

export function aRobot(overrides: Partial<Robot> = {}): Robot {
  counter += 1;
  return {
    id: `robot-${counter}`,
    name: `robot ${counter}`,
    state: 'idle',
    version: '0.1.0',
    platform: 'linux x64',
    hostname: 'host',
    capabilities: [],
    tags: [],
    environment: null,
    cores: 4,
    memoryMb: 8192,
    maxConcurrentJobs: 2,
    runningJobs: 0,
    cpuPercent: 10,
    memoryPercent: 20,
    diskFreeMb: 50_000,
    blocked: null,
    lastHeartbeatAt: '2026-03-01T10:00:00.000Z',
    registeredAt: '2026-03-01T09:00:00.000Z',
    ...overrides,
  };
}

export function anEvent(seq: number, type: FleetEvent['type'], data: object): FleetEvent {
  return {
    seq,
    type,
    ts: '2026-03-01T10:00:00.000Z',
    tenant_id: 'tenant',
    workspace_id: 'workspace',
    data: { ...data },
  };
}
