import { createLineRedactor } from '@casare/shared';
import { destination, type Logger, pino } from 'pino';
import type { OrchestratorConfig } from './config.ts';

/** JSON lines on the output, without the secrets of the settings, without headers, and without what has the form of a key or a token. */
export function openLog(
  config: Pick<OrchestratorConfig, 'logLevel' | 'journalSecret' | 'vaultKeys' | 'databaseUrl'>,
): Logger {
  const sealed = (config.vaultKeys ?? '').split(',').map((key) => key.slice(key.indexOf(':') + 1));
  const redact = createLineRedactor([config.journalSecret, passwordOf(config.databaseUrl), ...sealed]);
  const out = destination({ fd: 1, sync: true });
  return pino(
    {
      level: config.logLevel,
      redact: ['headers', '*.headers', '*.key', '*.authorization', '*.password', '*.token', '*.secret', '*.cookie'],
    },
    { write: (line: string) => void out.write(redact(line)) },
  );
}

function passwordOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : undefined;
}
