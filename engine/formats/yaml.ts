import { AppError } from '@casare/shared';

/** Plain data only: no tags that make objects, and few enough aliases that a small text stays small. */
export async function parseYaml({
  text,
  what,
  all,
}: {
  text: string;
  what: string;
  all: boolean;
}): Promise<{ value: unknown }> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, {
    schema: 'core',
    customTags: [],
    uniqueKeys: true,
    strict: true,
    logLevel: 'silent',
  });
  if ('empty' in documents) return { value: all ? [] : null };
  for (const { errors } of documents) {
    const [error] = errors;
    if (!error) continue;
    const [start] = error.linePos ?? [];
    throw new AppError(
      'DATA_FORMAT',
      `${what} is not YAML: ${start ? `line ${start.line}, column ${start.col}: ` : ''}${error.message.split('\n')[0]}. Correct it there.`,
      { details: start ? { line: start.line, column: start.col } : {}, cause: error },
    );
  }
  if (!all && documents.length > 1)
    throw new AppError('DATA_FORMAT', `${what} holds ${documents.length} documents. Switch on "Several documents".`);
  try {
    const values = documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown);
    return { value: all ? values : values[0] };
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `${what} was not read: ${(error as Error).message.slice(0, 200)}. It repeats itself (&name, *name) too often; write it out.`,
      {
        cause: error,
      },
    );
  }
}

export async function stringifyYaml(value: unknown, indent: number): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value ?? null, { indent, lineWidth: 0, aliasDuplicateObjects: false, schema: 'core' });
}
