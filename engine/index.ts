export type { FleetJobs, JobEnd, StartJob } from './call/fleet-jobs.ts';
export { findInFolders, type WorkflowFolder } from './call/workflow-folder.ts';
export { systemClock } from './clock.ts';
export { compile } from './compile.ts';
export type { CalledSpec, ContainerKind, NodeContext, NodeDefinition, NodeResult, NodeSpec } from './define-node.ts';
export { defineNode } from './define-node.ts';
export type { Journal, NewStepRow } from './journal/journal.ts';
export { type JournalReader, openJournalReader } from './journal/journal-reader.ts';
export { createMemoryJournal } from './journal/memory-journal.ts';
export { openSqliteJournal } from './journal/sqlite-journal.ts';
export { readJournalKey } from './journal/journal-key.ts';
export { controlNodes } from './nodes/control/index.ts';
export { describeElement } from './nodes/browser/healing/describe-element.ts';
export { builtinNodes } from './nodes/index.ts';
export { type LoadedPacks, describePack, loadPacks } from './packs/load-packs.ts';
export { readPack } from './packs/find-packs.ts';
export { packOptions } from './packs/pack-runner.ts';
export type { Program } from './program.ts';
export type { ProgramPolicy } from './resources/programs.ts';
export { findProgram } from './resources/programs/create-programs.ts';
export type { Redactor } from './redact.ts';
export { createRedactor } from './redact.ts';
export type { Registry } from './registry.ts';
export { createRegistry, describeNode } from './registry.ts';
export type {
  ResourceManager,
  ResourceManagerOptions,
  RunQuotas,
  RunResourcesOptions,
} from './resources/create-resources.ts';
export type { People } from './resources/people.ts';
export type { Queues } from './resources/queues.ts';
export { hasDesktop } from './resources/desktop/has-desktop.ts';
export { openLocalQueues } from './resources/queues/local-queues.ts';
export { createResourceManager, createRunResources } from './resources/create-resources.ts';
export type { BrowserSession, BrowserState, OpenBrowserOptions, RunBrowser } from './resources/browser.ts';
export type { FileAccess } from './resources/files.ts';
export type { FoundBrowser } from './resources/find-browser.ts';
export { findBrowser } from './resources/find-browser.ts';
export type { HttpAccess, HttpRequest, HttpResponse } from './resources/http.ts';
export type { HttpPolicy } from './resources/http-access.ts';
export { networkPolicy, type NetworkSettings, wrongHosts } from './resources/network-policy.ts';
export type { RunResources } from './resources/run-resources.ts';
export type { SandboxPrograms } from './resources/create-sandbox.ts';
export type { Sandbox } from './resources/sandbox.ts';
export { run } from './run.ts';
export { recordRun } from './testing/record-run.ts';
export { type Recording, recordingSchema } from './testing/recording.ts';
export { replayTest, type StepDifference, type TestReport } from './testing/replay-test.ts';
export type { Breakpoint, PauseReason, RunControl, RunControlOptions, StepMode } from './run-control.ts';
export { createRunControl } from './run-control.ts';
export type { Clock, LoadedWorkflow, RecordedContext, RunOptions, RunResult } from './run-options.ts';
