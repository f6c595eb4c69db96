import { asAppError, type Finding } from '@casare/shared';
import { z } from 'zod';
import { createOrchestratorClient } from '../orchestrator-client.ts';
import { fault, ok, warn } from './finding.ts';

const LOOK_MS = 5000;
/** Times in logs and of schedules look wrong from here on; leases do not depend on this clock. */
const NOTABLE_SKEW_MS = 5000;
const LARGE_SKEW_MS = 60_000;

/** Address, clock and key. */
export async function checkOrchestrator(url: string, key: string): Promise<Finding[]> {
  const before = Date.now();
  let response: Response;
  try {
    response = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(LOOK_MS), redirect: 'error' });
    await response.arrayBuffer();
  } catch (error) {
    return [fault('orchestrator.address', `${url} cannot be reached (${reasonOf(error)}).`, cureOf(error))];
  }
  const took = Date.now() - before;
  const found = [
    response.ok
      ? ok('orchestrator.address', `${url} answers in ${took} ms.`)
      : warn(
          'orchestrator.address',
          `${url} answers with status ${response.status}: it is starting, or its database is away.`,
          'Wait a moment; look at the orchestrator when it stays so.',
        ),
  ];
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) found.push(skewOf(before + took / 2 - date - 500));
  found.push(await checkKey(url, key));
  return found;
}

function skewOf(ms: number): Finding {
  const words = `The clock of this machine is ${Math.abs(Math.round(ms / 1000))} s ${ms > 0 ? 'ahead of' : 'behind'} that of the orchestrator.`;
  const cure = 'Let the clock be set by the network (timedatectl set-ntp true; w32tm /resync).';
  if (Math.abs(ms) > LARGE_SKEW_MS) return fault('clock.skew', words, cure);
  return Math.abs(ms) > NOTABLE_SKEW_MS
    ? warn('clock.skew', words, cure)
    : ok('clock.skew', 'The clock agrees with that of the orchestrator.');
}

const meSchema = z.looseObject({ keyKind: z.string() });

async function checkKey(url: string, key: string): Promise<Finding> {
  try {
    const { keyKind } = await createOrchestratorClient(url, key).call('GET', '/me', meSchema);
    return keyKind === 'robot'
      ? ok('orchestrator.key', 'The key is a valid robot key.')
      : fault(
          'orchestrator.key',
          `The key is valid, but of the kind "${keyKind}".`,
          'Make a robot key: casare keys create NAME --kind robot.',
        );
  } catch (error) {
    const { code, message } = asAppError(error);
    return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN'
      ? fault(
          'orchestrator.key',
          'The key is refused: unknown, ended or revoked.',
          'Make a new robot key: casare keys create NAME --kind robot.',
        )
      : warn('orchestrator.key', `The key could not be tried: ${message}`, 'Ask again when the orchestrator answers.');
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}

function cureOf(error: unknown): string {
  const reason = reasonOf(error);
  if (/ENOTFOUND|EAI_AGAIN/.test(reason))
    return 'The name is unknown here: check ORCHESTRATOR_URL and the name server.';
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(reason))
    return 'The certificate does not fit. Correct it on the orchestrator; for a certificate of your own set NODE_EXTRA_CA_CERTS.';
  if (/ECONNREFUSED/.test(reason)) return 'Nobody listens there: check that the orchestrator runs, and the port.';
  return 'Check ORCHESTRATOR_URL, the firewall and the proxy of this machine.';
}
