import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { holdPidFile } from './one-at-a-time.ts';
import { type LocalFleet, startLocalFleet } from './local-fleet.ts';
import { root } from './run-tool.ts';
import { runExample } from './run-example.ts';
import { ensureStudioBuild } from './studio-build.ts';
import { freePortFrom } from './free-port.ts';

/** `npm start`: everything on this machine. Prints `ready <url>`, then runs an example through the fleet. */
const dataFolder = join(root, '.casare');
const devFile = join(dataFolder, 'dev.json');
const wantedPort = process.env.PORT;

let fleet: LocalFleet | undefined;
let held: { release(): void } | undefined;
let stopping: Promise<void> | undefined;
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    console.log('\nstopping …');
    // A child that hangs must not hold up the end: children are killed after 3.5 s, PostgreSQL stops within the rest.
    await fleet?.stop().catch((error: unknown) => console.error(error));
    if (held) {
      await rm(devFile, { force: true }).catch(() => undefined);
      held.release();
    }
    process.exit(code);
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function main(): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  held = holdPidFile(join(dataFolder, 'start.pid'));
  const browser = ensureBrowser().catch((error: Error) =>
    console.log(`${error.message}\nBrowser steps will fail until then; everything else works.`),
  );
  console.log(await ensureStudioBuild());
  await browser;
  const studioPort = await freePortFrom(wantedPort === undefined ? 4777 : Number(wantedPort), wantedPort !== undefined);
  fleet = await startLocalFleet({ dataFolder, port: await freePortFrom(4780, false), ...(await earlierKeys()) });
  const [studio] = await Promise.all([
    fleet.startStudio({
      port: studioPort,
      dataFolder: join(dataFolder, 'studio'),
      workflowsFolder: join(root, 'workflows'),
      onLine: (line) => console.log(`[studio] ${line}`),
    }),
    fleet.startRobot({ name: 'local', dataFolder: join(dataFolder, 'robot'), maxJobs: 2, onLine: showRobotLine }),
  ]);
  const { adminKey, robotKey, databaseUrl } = fleet;
  await writeFile(join(dataFolder, 'keys.json'), JSON.stringify({ adminKey, robotKey }), { mode: 0o600 });
  await writeFile(devFile, `${JSON.stringify({ url: studio.url, adminKey, robotKey, databaseUrl }, null, 2)}\n`, {
    mode: 0o600,
  });
  console.log(`ready ${studio.url}`);
  console.log(
    `Open it in a browser. The orchestrator answers there too (API at ${studio.url}/docs); keys are in .casare/dev.json. Ctrl+C stops everything.`,
  );
  const report = await runExample(fleet.orchestratorUrl, adminKey, 'join-api-csv');
  console.log(report);
}

async function earlierKeys(): Promise<{ keys?: { adminKey: string; robotKey: string } }> {
  const text = await readFile(join(dataFolder, 'keys.json'), 'utf8').catch(() => undefined);
  return text === undefined ? {} : { keys: JSON.parse(text) as { adminKey: string; robotKey: string } };
}

/** The robot logs JSON lines; a person wants the gist. */
function showRobotLine(line: string): void {
  try {
    const { msg, level, workflow, end, reason } = JSON.parse(line) as RobotLine;
    const details = [workflow, end, reason].filter((part) => part !== undefined).join(', ');
    if (msg !== 'state' && level >= 30) console.log(`[robot] ${msg}${details ? `: ${details}` : ''}`);
  } catch {
    console.log(`[robot] ${line}`);
  }
}

interface RobotLine {
  msg: string;
  level: number;
  workflow?: string;
  end?: string;
  reason?: string;
}
