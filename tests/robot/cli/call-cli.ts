import { Readable, Writable } from 'node:stream';
import { runCli } from '../../../robot/cli/program.ts';

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
  /** What `--json` printed. */
  json<T = Record<string, unknown>>(): T;
}

/** `casare …` in this process, with its streams kept. */
export async function callCli(
  argv: readonly string[],
  {
    env = {},
    signal = new AbortController().signal,
    stdin,
  }: { env?: Record<string, string>; signal?: AbortSignal; stdin?: string } = {},
): Promise<CliResult> {
  const [stdout, stderr] = [keep(), keep()];
  const code = await runCli(argv, {
    env,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal,
    ...(stdin !== undefined && { stdin: Readable.from([stdin]) as NodeJS.ReadStream }),
  });
  return {
    code,
    stdout: stdout.text(),
    stderr: stderr.text(),
    json: <T>() => JSON.parse(stdout.text()) as T,
  };
}

function keep() {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}
