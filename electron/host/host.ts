import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser, findInFolders, openLocalQueues, openLocalVault } from '@casare/engine';
import { AppError, type HostEvents, validateWorkflow } from '@casare/shared';
import type { HostHandlers } from './calls.ts';
import { openDrafts } from './drafts.ts';
import { createFleetRelay, type FleetRelay } from './fleet-relay.ts';
import { createLocalPeople } from './local-people.ts';
import { createLocalRuns, type LocalRunsOptions } from './local-runs.ts';
import { loadNodes } from './local-nodes.ts';
import { openRunHistory } from './run-history.ts';
import { fileSecretStore, type SecretStore } from './secret-store.ts';
import { openSettings } from './settings.ts';
import { vaultKeyOf } from './vault-key.ts';
import { openWorkflowFiles } from './workflow-files.ts';

export interface HostOptions {
  /** Where this person's workflows are. */
  workflowsFolder: string;
  /** Workflows that come with the product, read only; absent: none. */
  examplesFolder?: string;
  /** Run history, drafts, settings. */
  dataFolder: string;
  /** Where third-party packs are installed; absent: none are used. */
  packsFolder?: string;
  version: string;
  secrets?: SecretStore;
  /** Keeps what seals the credentials of this machine; absent: a file beside them, for this user only. */
  vaultSecret?: SecretStore;
  /** Where the programs of the engine's sandbox are when it was bundled. */
  sandbox?: LocalRunsOptions['sandbox'];
}

export interface StudioHostCore {
  handlers: HostHandlers;
  fleet: FleetRelay;
  /** Whoever shows the studio listens here; returns how to stop. */
  listen(listener: <E extends keyof HostEvents>(event: E, payload: HostEvents[E]) => void): () => void;
  close(): Promise<void>;
}

type Listener = Parameters<StudioHostCore['listen']>[0];

/** All the studio can ask of this machine, whatever transport carries it. */
export function createHost(options: HostOptions): StudioHostCore {
  const listeners = new Set<Listener>();
  const emit: Listener = (event, payload) => {
    for (const listener of listeners) listener(event, payload);
  };
  const nodes = loadNodes(options.packsFolder, options.sandbox);
  const files = openWorkflowFiles(options.workflowsFolder);
  const examples =
    options.examplesFolder !== undefined && existsSync(options.examplesFolder)
      ? openWorkflowFiles(options.examplesFolder)
      : undefined;
  const drafts = openDrafts(join(options.dataFolder, 'drafts'));
  const settings = openSettings(join(options.dataFolder, 'settings.json'));
  const history = openRunHistory(join(options.dataFolder, 'history.sqlite'));
  const people = createLocalPeople(emit);
  const vault = openLocalVault({
    path: join(options.dataFolder, 'credentials.json'),
    key: vaultKeyOf(options),
  });
  const queues = openLocalQueues(join(options.dataFolder, 'queues.sqlite'));
  const runs = createLocalRuns({
    people: people.forRun,
    queues,
    readVault: (needs) => vault.read(needs),
    runsFolder: join(options.dataFolder, 'runs'),
    journalKeyFile: join(options.dataFolder, 'journal.key'),
    sourceFolder: options.workflowsFolder,
    history,
    nodes,
    findWorkflow: findInFolders(
      [options.workflowsFolder, ...(options.examplesFolder === undefined ? [] : [options.examplesFolder])].map(
        (path) => ({ path, deep: true }),
      ),
    ),
    ...(options.sandbox && { sandbox: options.sandbox }),
    emit: (runId, events) => emit('run.events', { runId, events }),
  });
  const fleet = createFleetRelay(
    settings,
    options.secrets ?? fileSecretStore(join(options.dataFolder, 'fleet-key')),
    emit,
  );
  const filesChanged = () => emit('files.changed', {});

  const handlers: HostHandlers = {
    'app.info': () => ({
      version: options.version,
      platform: process.platform,
      workflowsFolder: options.workflowsFolder,
      browserFound: findBrowser() !== undefined,
    }),

    'catalog.packs': async () => (await nodes).packs,

    'files.list': async () => ({ files: await files.list(), examples: (await examples?.list()) ?? [] }),
    'files.read': async ({ path, example }) => {
      if (!example) return files.read(path);
      if (!examples) throw new AppError('FILE_NOT_FOUND', 'There are no examples on this machine.');
      return examples.read(path);
    },
    'files.save': async ({ path, document, etag }) => {
      const saved = await files.save(path, document, etag);
      await drafts.drop(path);
      filesChanged();
      return saved;
    },
    'files.rename': async ({ from, to }) => {
      await files.rename(from, to);
      filesChanged();
      return {};
    },
    'files.delete': async ({ path }) => {
      await files.remove(path);
      filesChanged();
      return {};
    },
    'drafts.put': async ({ path, document }) => {
      await drafts.put(path, document);
      return {};
    },
    'drafts.get': ({ path }) => drafts.get(path),
    'drafts.drop': async ({ path }) => {
      await drafts.drop(path);
      return {};
    },

    'workflow.validate': async ({ document }) => ({
      problems: validateWorkflow(document, (await nodes).registry.catalog),
    }),

    'run.start': (request) => runs.start(request),
    'run.stop': ({ runId }) => {
      runs.stop(runId);
      return {};
    },
    'run.pause': ({ runId }) => {
      runs.control(runId).pause();
      return {};
    },
    'run.resume': ({ runId, step, mode }) => {
      const control = runs.control(runId);
      if (step) control.step(mode);
      else control.resume();
      return {};
    },
    'run.setVariable': ({ runId, name, value, path }) => {
      runs.control(runId).setVariable(name, value, path);
      return {};
    },
    'run.setBreakpoints': ({ runId, breakpoints }) => {
      runs.control(runId).setBreakpoints(breakpoints);
      return {};
    },
    'run.answer': (request) => {
      people.answer(request);
      return {};
    },
    'run.questions': () => ({ questions: people.open() }),
    'runs.list': ({ workflowId, limit }) => ({
      runs: history.list({ ...(workflowId !== undefined && { workflowId }), limit }),
    }),
    'runs.steps': ({ runId, after, limit }) => ({ steps: runs.steps(runId, after, limit) }),
    'runs.output': ({ runId, path }) => runs.output(runId, path),

    'fleet.connection': () => fleet.connection(),
    'fleet.connect': (target) => fleet.connect(target),
    'fleet.workspace': ({ workspaceId }) => fleet.choose(workspaceId),
    'fleet.request': (request) => fleet.request(request),
    'fleet.subscribe': ({ since }) => fleet.subscribe(since),
    'fleet.watchJob': ({ jobId, watch }) => fleet.watchJob(jobId, watch),

    'vault.names': () => vault.names(),
    'vault.setCredential': async ({ name, kind, fields, hosts }) => {
      await vault.setCredential(name, kind, fields, hosts);
      return {};
    },
    'vault.setAsset': async ({ name, kind, value }) => {
      await vault.setAsset(name, kind, value);
      return {};
    },
    'vault.remove': async ({ what, name }) => {
      await (what === 'asset' ? vault.removeAsset(name) : vault.removeCredential(name));
      return {};
    },

    'settings.get': async () => ({ settings: await settings.get() }),
    'settings.set': async ({ settings: changes }) => {
      await settings.set(changes);
      return {};
    },
  };

  return {
    handlers,
    fleet,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      fleet.close();
      await runs.close();
      queues.close();
      history.close();
    },
  };
}
