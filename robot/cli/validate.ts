import { readFile } from 'node:fs/promises';
import { AppError, hasErrors, upgradeWorkflow, validateWorkflow } from '@casare/shared';
import { defineCommand } from './define-command.ts';
import { describeProblem } from './output.ts';
import { openRegistry } from './packs/packs-folder.ts';

export const validate = defineCommand({
  usage: 'validate <file>',
  summary: 'Check a workflow and list every problem',
  async run(ctx, [file = '']) {
    let document: unknown;
    try {
      document = JSON.parse(await readFile(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new AppError('FILE_NOT_FOUND', `There is no file "${file}".`);
      throw new AppError('WORKFLOW_INVALID', `${file} is not JSON: ${(error as Error).message}`, { cause: error });
    }
    const problems = validateWorkflow(upgradeWorkflow(document), (await openRegistry(ctx)).catalog);
    const valid = !hasErrors(problems);
    const summary = valid
      ? `${file} is valid${problems.length > 0 ? ` (${problems.length} warnings)` : ''}.`
      : `${file} has problems.`;
    ctx.out.result({ valid, problems }, [...problems.map(describeProblem), summary].join('\n'));
    return valid ? 0 : 1;
  },
});
