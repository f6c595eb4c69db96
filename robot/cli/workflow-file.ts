import { readFile } from 'node:fs/promises';
import { AppError, parseWorkflow, type Workflow } from '@casare/shared';

/** Reads a workflow document; FILE_NOT_FOUND, or WORKFLOW_INVALID and WORKFLOW_NEWER naming the file. */
export async function readWorkflowFile(path: string): Promise<Workflow> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new AppError('FILE_NOT_FOUND', `There is no file "${path}".`, { cause: error });
    throw new AppError('FILE_ACCESS', `"${path}" cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parseWorkflow(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${path}: ${error.message}`, { details: error.details, cause: error });
  }
}

/** `name=value` pairs: a value that is JSON counts as such, unless the workflow declares the input as text. */
export function readInputs(
  pairs: readonly string[],
  workflow: Pick<Workflow, 'inputs'> | undefined,
): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new AppError('USAGE', `"${pair}" is not an input. Write it as name=value.`);
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const isText = workflow?.inputs.find((input) => input.name === name)?.type === 'text';
    inputs[name] = isText ? value : jsonOrText(value);
  }
  return inputs;
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
