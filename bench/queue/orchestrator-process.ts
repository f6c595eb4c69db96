import { readConfig, startOrchestrator } from '@casare/orchestrator';

/** An orchestrator with the settings of the environment, whose first keys are told on the first line. */
const orchestrator = await startOrchestrator(readConfig(process.env));
const keys = await orchestrator.createFirstKeys();
if (!keys) throw new Error('the bench needs an empty database');
console.log(JSON.stringify({ origin: orchestrator.url, databaseUrl: orchestrator.databaseUrl, ...keys }));
process.once('SIGTERM', () => void orchestrator.stop());
