import { rm } from 'node:fs/promises';
import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import type { FileAccess } from '../../resources/files.ts';
import { logOutput } from '../../resources/programs/log-output.ts';

/** Runs the author's text as the body of a function, so that `return` gives the result; what it prints goes to the log. */
const wrapper = `
import ast, json, sys, traceback
order = json.loads(sys.stdin.read())
answer = {}
try:
    tree = ast.parse("def script(input): pass")
    body = ast.parse(order["code"], "script").body
    tree.body[0].body = body or tree.body[0].body
    scope = {}
    exec(compile(tree, "script", "exec"), scope)
    answer["result"] = json.loads(json.dumps(scope["script"](order["input"]), default=str))
except BaseException as error:
    line = error.lineno if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == "script":
            line = frame.lineno
    answer = {"failure": type(error).__name__ + ": " + str(error), "line": line}
sys.stdout.flush()
with open(order["answer"], "w", encoding="utf-8") as file:
    json.dump(answer, file)
`;

const answerSchema = z.object({
  result: z.unknown().optional(),
  failure: z.string().optional(),
  line: z.number().nullish(),
});

export const python = defineNode({
  type: 'code.python',
  version: 1,
  title: 'Python',
  category: 'code',
  icon: 'file-code-2',
  description:
    'Runs Python 3 of this machine on data, with its installed packages and all that the user of the robot may do. Needs Python on the robot.',
  synonyms: ['script', 'code', 'py', 'pandas'],
  params: z.strictObject({
    code: z.string().min(1).max(1_000_000).default('return input').meta({
      title: 'Script',
      description: 'Reads `input`; `return` gives the result; print writes to the log.',
      'x-widget': 'code',
      'x-raw': true,
    }),
    input: z
      .unknown()
      .optional()
      .meta({ title: 'Input', placeholder: '${steps.read.output.rows}', 'x-widget': 'json' }),
    interpreter: z.string().max(4096).default('python3').meta({
      title: 'Interpreter',
      description: 'A name, or the path of the python of a virtual environment.',
      'x-advanced': true,
    }),
    repeatable: z.boolean().default(false).meta({
      title: 'May run twice',
      description: 'After a crash it is run again without asking a person.',
      'x-advanced': true,
    }),
  }),
  output: z.object({ result: z.unknown() }),
  capabilities: ['programs', 'python'],
  effect: 'ask',
  effectOf: ({ repeatable }) => (repeatable ? 'idempotent' : 'ask'),
  examples: [{ title: 'A sum', params: { code: 'return sum(input)', input: [1, 2, 3], repeatable: true } }],
  async run(ctx, { code, input, interpreter }) {
    const answerFile = await ctx.files.writable(`.python/${ctx.effectKey}.json`, { overwrite: true });
    // An earlier try may have left one.
    await rm(answerFile, { force: true });
    const shown = logOutput(ctx, true);
    const { output: said, errors } = await ctx.programs.run(
      {
        program: interpreter,
        args: ['-X', 'utf8', '-c', wrapper],
        input: JSON.stringify({ code, input: input ?? null, answer: answerFile }),
      },
      ctx.signal,
      shown.onText,
    );
    shown.end();
    const answer = answerSchema.safeParse(await readAnswer(ctx.files, answerFile));
    if (!answer.success || answer.data.failure !== undefined) {
      const { failure, line } = answer.data ?? {};
      const words = failure ?? (errors.trim().split('\n').at(-1) || 'it ended without an answer');
      throw new AppError('CODE_FAILED', `${line ? `Line ${line}: ` : ''}${words}`, {
        details: { ...(line ? { line } : {}), output: said.slice(-2000), errors: errors.slice(-2000) },
      });
    }
    return { output: { result: answer.data.result ?? null } };
  },
});

async function readAnswer(files: FileAccess, path: string): Promise<unknown> {
  const file = await files.open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    return JSON.parse(await file.readFile('utf8')) as unknown;
  } catch {
    return undefined;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
