import type { NodeContext } from '../../define-node.ts';

/** Lines of output that go to the log; the rest is counted. */
const mostLines = 1000;

/** Passes the output of a program to the log, no more of it than anyone reads. */
export function logOutput(ctx: NodeContext, log: boolean) {
  const streams = { output: ctx.logLines('info'), errors: ctx.logLines('warn') };
  let lines = 0;
  return {
    onText(stream: keyof typeof streams, text: string) {
      const isFull = lines >= mostLines;
      lines += text.split('\n').length - 1;
      if (log && !isFull) streams[stream].push(lines > mostLines ? firstLines(text, lines - mostLines) : text);
    },
    end() {
      streams.output.end();
      streams.errors.end();
      if (log && lines > mostLines) ctx.log('warn', `${lines - mostLines} more lines of output are not in the log.`);
    },
  };
}

/** Without its last `count` lines. */
function firstLines(text: string, count: number): string {
  return text
    .split('\n')
    .slice(0, -count - 1)
    .join('\n');
}
