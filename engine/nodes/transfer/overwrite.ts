import { AppError } from '@casare/shared';
import { z } from 'zod';

export const overwriteField = z.enum(['always', 'newer', 'never', 'fail']).default('always').meta({
  title: 'Overwrite',
  description:
    'What happens to a file that is there already: replaced, replaced by a newer one, left as it is, or an error.',
});

type Overwrite = z.output<typeof overwriteField>;

/** Whether to write; `there` is what has the name already. */
export function shallWrite(
  rule: Overwrite,
  source: { modifiedAt: number | undefined },
  there: { modifiedAt: number | undefined } | undefined,
  path: string,
): boolean {
  if (rule === 'always' || !there) return true;
  if (rule === 'never') return false;
  if (rule === 'fail')
    throw new AppError('FILE_EXISTS', `"${path}" exists already. Choose another name or allow overwriting.`, {
      details: { path },
    });
  // Where a server does not tell the time, copying once more is the lesser evil.
  return source.modifiedAt === undefined || there.modifiedAt === undefined || source.modifiedAt > there.modifiedAt;
}
