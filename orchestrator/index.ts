/** The control plane: workflows, jobs, robots and live events over HTTP and Socket.IO, kept in PostgreSQL. */
export { type OrchestratorConfig, readConfig } from './config.ts';
export type { FirstKeys } from './keys/first-keys.ts';
export { type Orchestrator, startOrchestrator, type StartOptions } from './start.ts';
