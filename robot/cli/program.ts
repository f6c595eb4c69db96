import { AppError, asAppError, type ErrorCode } from '@casare/shared';
import { Command, CommanderError } from 'commander';
import { createOrchestratorClient } from '../orchestrator-client.ts';
import packageJson from '../package.json' with { type: 'json' };
import { assetsDelete, assetsList, assetsSet } from './assets.ts';
import { auditCheck, auditList } from './audit.ts';
import { credentialsDelete, credentialsList, credentialsSet, credentialsShow } from './credentials.ts';
import { openSessionFile } from './access/kept-session.ts';
import { login, logout, whoami } from './access/login.ts';
import { peopleInvite, peopleList, peopleRemove, peopleRole, peopleSignOut, peopleSuper } from './access/people.ts';
import { workspacesCreate, workspacesList, workspacesUse } from './access/workspaces.ts';
import type { CommandContext, CommandSpec, OptionValues } from './define-command.ts';
import { importN8nFiles, importNodeRedFile } from './import-workflow.ts';
import {
  deadLettersGroups,
  deadLettersList,
  deadLettersPurge,
  deadLettersRequeue,
  deadLettersRetry,
  jobsBulk,
} from './bulk-jobs.ts';
import { jobsCancel, jobsList, jobsLogs, jobsShow, jobsSubmit } from './jobs.ts';
import { keysCreate, keysList, keysRevoke, keysRotate, keysRotateOwn } from './keys.ts';
import { nodes } from './nodes.ts';
import { createOutput } from './output.ts';
import { packsCheck } from './packs/check.ts';
import { packsCreate } from './packs/create.ts';
import { packsAdd, packsRemove } from './packs/install.ts';
import { packsList } from './packs/list.ts';
import { publish } from './publish.ts';
import { queuesExport, queuesImportCsv, queuesItems, queuesRetry, queuesReview, queuesShow } from './queue-items.ts';
import { queuesAdd, queuesCreate, queuesList } from './queues.ts';
import { robotDrain, robotPause, robotRestart, robotResume, robotStart, robotStatus, robotStop } from './robot.ts';
import { robotDoctor } from './robot-doctor.ts';
import { robotCommand, robotList } from './robot-fleet.ts';
import { robotGroupsCreate, robotGroupsDelete, robotGroupsList, robotSet } from './robot-groups.ts';
import { robotLogs } from './robot-logs.ts';
import { robotInstall, robotUninstall } from './robot-service.ts';
import { run } from './run.ts';
import { jobsAssign, jobsDependencies, jobsRequeue, jobsRetry, jobsWhy } from './steer-jobs.ts';
import { activity, analytics, analyticsRebuild } from './analytics.ts';
import { calendarsCreate, calendarsDelete, calendarsImport, calendarsList } from './calendars.ts';
import {
  schedulesCreate,
  schedulesDelete,
  schedulesHistory,
  schedulesList,
  schedulesNext,
  schedulesPause,
  schedulesResume,
  schedulesRun,
  schedulesShow,
  schedulesWhy,
} from './schedules.ts';
import { tasksAnswer, tasksList, tasksShow } from './tasks.ts';
import { test } from './test.ts';
import { testRecord } from './test-record.ts';
import {
  triggersCreate,
  triggersDelete,
  triggersDeliveries,
  triggersDelivery,
  triggersDisable,
  triggersEnable,
  triggersList,
  triggersReplay,
  triggersRotateSecret,
  triggersShow,
  triggersTest,
} from './triggers.ts';
import { validate } from './validate.ts';

export const COMMANDS: readonly CommandSpec[] = [
  run,
  validate,
  nodes,
  test,
  testRecord,
  importN8nFiles,
  importNodeRedFile,
  publish,
  packsList,
  packsAdd,
  packsRemove,
  packsCheck,
  packsCreate,
  jobsSubmit,
  jobsList,
  jobsShow,
  jobsCancel,
  jobsLogs,
  jobsWhy,
  jobsDependencies,
  jobsAssign,
  jobsRetry,
  jobsRequeue,
  jobsBulk,
  deadLettersList,
  deadLettersGroups,
  deadLettersRetry,
  deadLettersRequeue,
  deadLettersPurge,
  robotGroupsList,
  robotGroupsCreate,
  robotGroupsDelete,
  robotSet,
  tasksList,
  tasksShow,
  tasksAnswer,
  schedulesList,
  schedulesCreate,
  schedulesShow,
  schedulesNext,
  schedulesHistory,
  schedulesWhy,
  schedulesPause,
  schedulesResume,
  schedulesRun,
  schedulesDelete,
  calendarsList,
  calendarsCreate,
  calendarsImport,
  calendarsDelete,
  analytics,
  analyticsRebuild,
  activity,
  queuesList,
  queuesCreate,
  queuesAdd,
  queuesItems,
  queuesShow,
  queuesRetry,
  queuesReview,
  queuesExport,
  queuesImportCsv,
  triggersList,
  triggersCreate,
  triggersShow,
  triggersDeliveries,
  triggersDelivery,
  triggersReplay,
  triggersTest,
  triggersRotateSecret,
  triggersEnable,
  triggersDisable,
  triggersDelete,
  credentialsList,
  credentialsSet,
  credentialsShow,
  credentialsDelete,
  assetsList,
  assetsSet,
  assetsDelete,
  robotStart,
  robotStop,
  robotStatus,
  robotPause,
  robotResume,
  robotRestart,
  robotDrain,
  robotLogs,
  robotDoctor,
  robotInstall,
  robotUninstall,
  robotList,
  robotCommand,
  keysCreate,
  keysList,
  keysRotate,
  keysRotateOwn,
  keysRevoke,
  login,
  logout,
  whoami,
  workspacesList,
  workspacesUse,
  workspacesCreate,
  peopleList,
  peopleInvite,
  peopleRole,
  peopleSuper,
  peopleSignOut,
  peopleRemove,
  auditList,
  auditCheck,
];

export interface CliIo {
  env: NodeJS.ProcessEnv;
  stdout: NodeJS.WritableStream & import('node:stream').Writable;
  stderr: NodeJS.WritableStream & import('node:stream').Writable;
  signal: AbortSignal;
  /** Default: that of this process. */
  stdin?: NodeJS.ReadStream;
}

/** Exit codes: 0 ok, 1 the workflow failed, 2 wrong use, 3 the orchestrator cannot be reached, 4 refused. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  const program = new Command('casare')
    .description('Run and publish workflows, and look after robots and jobs.')
    .version(packageJson.version);
  // What stands behind a command belongs to it: the options of `test record` are not those of `test`.
  program
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  for (const spec of COMMANDS) {
    attach(
      program,
      spec,
      async (ctx, args, options) => {
        try {
          exitCode = (await spec.run(ctx, args, options)) ?? 0;
        } catch (error) {
          const failure = asAppError(error);
          ctx.out.failure(failure);
          exitCode = exitCodeOf(failure.code);
        }
      },
      io,
    );
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'USAGE':
    case 'CONFIG_INVALID':
    case 'FILE_NOT_FOUND':
    case 'INPUT_INVALID':
    case 'VALIDATION':
    case 'PACK_INVALID':
      return 2;
    case 'UNREACHABLE':
    case 'UNAVAILABLE':
      return 3;
    case 'UNAUTHENTICATED':
    case 'SIGN_IN_REFUSED':
    case 'SECOND_FACTOR_NEEDED':
    case 'FORBIDDEN':
    case 'RATE_LIMITED':
    case 'ALREADY_RUNNING':
      return 4;
    default:
      return 1;
  }
}

function attach(
  program: Command,
  spec: CommandSpec,
  action: (ctx: CommandContext, args: string[], options: OptionValues) => Promise<void>,
  io: CliIo,
): void {
  const words = spec.usage.split(' ');
  const names = words.filter((word) => !/^[<[]/.test(word));
  let parent = program;
  for (const name of names.slice(0, -1)) {
    parent =
      parent.commands.find((command) => command.name() === name) ??
      parent.command(name).description(`${name}: see "casare ${name} --help"`);
  }
  const command = parent
    .command([names.at(-1), ...words.filter((word) => /^[<[]/.test(word))].join(' '))
    .description(spec.summary)
    .enablePositionalOptions();
  for (const option of spec.options ?? []) {
    if (option.repeat)
      command.option(option.flags, option.description, (value: string, before: string[]) => [...before, value], []);
    else command.option(option.flags, option.description, option.default);
  }
  if (spec.remote) {
    command
      .option('--url <url>', 'address of the orchestrator (default: ORCHESTRATOR_URL)')
      .option('--key <key>', 'key for it (default: ORCHESTRATOR_API_KEY, else the session of "casare login")');
  }
  command.option('--json', 'print JSON for programs');
  command.action(async (...received: unknown[]) => {
    const options = received.at(-2) as OptionValues;
    const args = received.slice(0, -2).filter((value): value is string => typeof value === 'string');
    const out = createOutput(options.json === true, io.stdout, io.stderr);
    await action(
      {
        env: io.env,
        out,
        signal: io.signal,
        stdin: io.stdin ?? process.stdin,
        orchestrator: () => connect(io.env, options),
      },
      args,
      options,
    );
  });
}

function connect(env: NodeJS.ProcessEnv, options: OptionValues) {
  const wanted = options.url ?? env.ORCHESTRATOR_URL;
  const key = options.key ?? env.ORCHESTRATOR_API_KEY;
  const sessions = openSessionFile(env);
  const kept = key ? null : sessions.readNow();
  const url = wanted || kept?.url;
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new AppError(
      'USAGE',
      'Which orchestrator? Give --url, or set ORCHESTRATOR_URL (e.g. http://127.0.0.1:4780).',
    );
  const { origin } = new URL(url);
  if (typeof key === 'string' && key !== '') return createOrchestratorClient(origin, key);
  if (kept?.url === origin) return createOrchestratorClient(origin, sessions.signOn(origin));
  throw new AppError(
    'USAGE',
    'A key is needed. Give --key, or set ORCHESTRATOR_API_KEY, or sign in with "casare login".',
  );
}
