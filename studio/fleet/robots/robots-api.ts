import type { RobotCommandName, RobotCommandRecord, RobotDoctor, RobotLogRow, RobotSample } from '@casare/shared';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export function robotsApi({ send, create }: Senders) {
  const at = (id: string) => `/robots/${encodeURIComponent(id)}`;
  return {
    sendCommand: (robotId: string, command: RobotCommandName, jobId?: string) =>
      create<RobotCommandRecord>(`${at(robotId)}/commands`, { command, ...(jobId !== undefined && { jobId }) }),
    sendCommands: (robotIds: readonly string[], command: RobotCommandName) =>
      create<{ commands: RobotCommandRecord[] }>('/robots/commands', { command, robotIds }),
    commands: (query: Query) => send<Page<RobotCommandRecord>>('GET', `/robots/commands${queryText(query)}`),
    doctor: (robotId: string) => send<RobotDoctor>('GET', `${at(robotId)}/doctor`),
    samples: (robotId: string) => send<{ samples: RobotSample[] }>('GET', `${at(robotId)}/metrics`),
    robotLogs: (robotId: string, query: Query) =>
      send<Page<RobotLogRow>>('GET', `${at(robotId)}/logs${queryText(query)}`),
  };
}
