import type { RobotCommandRecord } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

const SHOWN = 20;

/** The last commands of a robot; live events ask for them again. */
export function useCommands(robotId: string) {
  const { api } = useFleetClient();
  return useQuery({
    queryKey: fleetKeys.commands(robotId),
    queryFn: async () => (await api.commands({ robotId, limit: SHOWN })).items,
  });
}

/** What came of a command that was sent from here. */
export function useCommandOutcome(robotId: string, commandId: string | undefined): RobotCommandRecord | undefined {
  const commands = useCommands(robotId);
  return commandId === undefined ? undefined : commands.data?.find(({ id }) => id === commandId);
}
