import { AppError, asAppError, type RobotCommand, type RobotCommandName } from '@casare/shared';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createBackoff, within } from '../backoff.ts';
import { isTemporary, type OrchestratorClient } from '../orchestrator-client.ts';
import type { Reachability } from '../reachability.ts';
import type { CommandOutcome, CommandTable } from './command-table.ts';

/** What a command does. What it gives is told to the fleet; what it throws is why it failed. */
export type CommandAction = (command: RobotCommand) => Promise<{ reason?: string; artifactId?: string } | void>;

export interface Commands {
  /** Returns at once; a command that came before is not carried out again. */
  hear(command: RobotCommand): void;
  /** What is still open of these has come to this. */
  settle(names: readonly RobotCommandName[], outcome: CommandOutcome): void;
  /** Waits until every outcome was told, but no longer than this. */
  tellAll(withinMs: number): Promise<void>;
}

interface CommandsOptions {
  table: CommandTable;
  instanceId: string;
  client: OrchestratorClient;
  reach: Reachability;
  log: Logger;
  signal: AbortSignal;
  /** Those that end the process settle at its end or with its next start: they may give nothing. */
  actions: Readonly<Record<RobotCommandName, CommandAction>>;
  /** Commands whose end is not the end of their action. */
  settledLater: readonly RobotCommandName[];
}

export function createCommands(options: CommandsOptions): Commands {
  const { table, instanceId, client, reach, log, signal, actions, settledLater } = options;
  let telling: Promise<void> | undefined;
  let again = false;

  function hear(command: RobotCommand): void {
    if (!table.accept(command)) {
      // It is sent again because nothing was heard of it.
      table.tellAgain(command.id);
      tell();
      return;
    }
    log.info({ command: command.command, commandId: command.id }, 'command from the fleet');
    void carryOut(command);
  }

  async function carryOut(command: RobotCommand): Promise<void> {
    try {
      const given = await actions[command.command](command);
      if (settledLater.includes(command.command)) return;
      table.settle(command.id, { state: 'done', ...given });
    } catch (error) {
      table.settle(command.id, { state: 'failed', reason: asAppError(error).message.slice(0, 500) });
    }
    tell();
  }

  function tell(): void {
    again = true;
    telling ??= (async () => {
      while (again && !signal.aborted) {
        again = false;
        await tellRound();
      }
    })().finally(() => {
      telling = undefined;
    });
  }

  async function tellRound(): Promise<void> {
    const backoff = createBackoff(500, 15_000);
    for (let [next] = table.untold(); next && !signal.aborted; [next] = table.untold()) {
      try {
        await client.call('POST', `/robots/commands/${next.id}/result`, z.unknown(), {
          body: { instanceId, ...next.outcome },
          signal,
        });
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = asAppError(error);
        if (isTemporary(error) || code === 'ALREADY_RUNNING' || message.startsWith('No robot')) {
          await reach.pause(backoff.next(), signal);
          continue;
        }
        log.warn({ commandId: next.id, reason: message }, 'the outcome of a command was refused');
      }
      table.told(next.id);
    }
  }

  reach.onBack(tell);
  return {
    hear,
    settle(names, outcome) {
      for (const { id, command } of table.open()) if (names.includes(command)) table.settle(id, outcome);
      tell();
    },
    async tellAll(withinMs) {
      tell();
      await within(telling ?? Promise.resolve(), withinMs);
    },
  };
}

export function cannot(why: string): AppError {
  return new AppError('CONFLICT', why);
}
