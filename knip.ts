import { readFileSync } from 'node:fs';
import type { KnipConfig } from 'knip';

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

const workspaces = ['shared', 'engine', 'robot', 'orchestrator', 'studio', 'electron'];
const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Manifest;
const own = read('./package.json').devDependencies ?? {};

// Tests, build and bench look into the workspaces and use what those list, at the one version npm put at the top.
// Listing it a second time in the root would only be a second place to forget.
const listedByWorkspaces = workspaces
  .flatMap((name) => {
    const { dependencies, devDependencies } = read(`./${name}/package.json`);
    return Object.keys({ ...dependencies, ...devDependencies });
  })
  .filter((name) => !(name in own));

// One TypeScript project at the root reads all workspaces but the studio, so the types of their packages stand there.
const typesOfThose = listedByWorkspaces.map((name) => `@types/${name.replace(/^@(.+)\/(.+)$/, '$1__$2')}`);

const config: KnipConfig = {
  // A type that describes a parameter of an exported function is exported with it, used elsewhere or not.
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': {
      entry: [
        'build/{bootstrap.mjs,start.ts,demo.ts,test.ts,check.ts,electron.ts,generate.ts,check-imports.ts,check-docs.ts,desktop-icons.ts,screenshots.ts}',
        'bench/bench.ts',
        // Processes of their own; transactions.ts is run by hand.
        'bench/queue/{transactions,orchestrator-process}.ts',
        'bench/queue-peers/ours.ts',
        // Started by build/bootstrap.mjs.
        'tests/faults/main.ts',
        'tests/support/*.ts',
        // A process of its own, killed in the middle.
        'tests/engine/killed-run.ts',
        'tests/engine/failpoints/killed-{case,browser}.ts',
        'tests/engine/journal/journal-writer.ts',
        'tests/engine/resources/browser-holder.ts',
        'tests/engine/nodes/database/killed-write.ts',
        'tests/engine/nodes/queue/take-items.ts',
        // Loaded by Node into the built main and host, in place of Electron.
        'tests/electron/simulator/{register,electron,parent-port}.ts',
      ],
      // bench/peers are programs for other engines, which are installed in a folder of their own.
      project: ['{build,bench,tests}/**/*.{ts,tsx,mjs}', '!bench/peers/**', '!bench/queue-peers/*.mjs', '*.ts'],
      ignoreDependencies: [
        ...new Set([...listedByWorkspaces, ...typesOfThose.filter((name) => name in own)]),
        // Started by the path of their script (build/checks.ts), so that Windows needs no shell for it.
        '@biomejs/biome',
        'oxlint',
        // Loaded by oxlint for the rules that need types; nothing imports it.
        'oxlint-tsgolint',
        // The runtime itself: build/bootstrap.mjs starts node_modules/node/bin/node.
        'node',
      ],
      // The machine's own: a browser where there is none (build/browser.ts), a disk that is full or fails (tests).
      ignoreBinaries: ['apt-get', 'unshare', 'mount', 'umount', 'strace', 'Xvfb', 'promtool'],
    },
    shared: { entry: ['index.ts'], project: ['**/*.ts'] },
    engine: { entry: ['index.ts'], project: ['**/*.ts'] },
    robot: { entry: ['index.ts', 'main.ts', 'cli/main.ts'], project: ['**/*.ts'] },
    orchestrator: { entry: ['index.ts', 'main.ts'], project: ['**/*.ts'] },
    studio: { entry: ['main.tsx'], project: ['**/*.{ts,tsx}'] },
    electron: {
      entry: ['main/main.ts', 'preload/preload.ts', 'host/main.ts', 'host/utility.ts'],
      project: ['**/*.ts'],
    },
  },
};

// oxlint-disable-next-line import/no-default-export -- knip reads the default export.
export default config;
