import { asAppError } from '@casare/shared';
import packageJson from '../package.json' with { type: 'json' };
import { readHostConfig } from './config.ts';
import { startHostServer } from './server.ts';

/** The studio in a browser. Prints `studio <url>` when it answers. */
async function main(): Promise<void> {
  const config = readHostConfig(process.env);
  const server = await startHostServer({
    port: config.STUDIO_PORT,
    studioDist: config.STUDIO_DIST,
    dataFolder: config.STUDIO_DATA,
    workflowsFolder: config.STUDIO_WORKFLOWS,
    packsFolder: config.CASARE_PACKS,
    version: packageJson.version,
    ...(config.STUDIO_EXAMPLES !== undefined && { examplesFolder: config.STUDIO_EXAMPLES }),
    ...(config.ORCHESTRATOR_URL !== undefined && { orchestratorUrl: config.ORCHESTRATOR_URL }),
  });
  if (config.ORCHESTRATOR_URL !== undefined && config.ORCHESTRATOR_API_KEY !== undefined) {
    // An orchestrator that is away is no reason to keep a person from their workflows.
    await server.fleet
      .connect({ url: config.ORCHESTRATOR_URL, key: config.ORCHESTRATOR_API_KEY })
      .catch((error: unknown) => console.error(asAppError(error).message));
  }
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void server.stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A parent that went away without a word (kill -9) must not leave this process behind.
  process.on('disconnect', stop);
  console.log(`studio ${server.url}`);
  process.send?.({ ready: server.url });
}

main().catch((error: unknown) => {
  const failure = asAppError(error);
  console.error(`${failure.code}: ${failure.message}`);
  process.exit(1);
});
