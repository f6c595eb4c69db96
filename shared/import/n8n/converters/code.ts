import { textAt } from '../../json.ts';
import { Untranslatable } from '../../rewrite.ts';
import { missingInSandbox, nodesReadBy, shimmedCode } from '../code-shim.ts';
import type { Converter, ConverterTable } from '../converter.ts';

function script(param: string, isPerItem: (mode: string) => boolean): Converter {
  return {
    reads: 'list',
    convert(reading) {
      const { params } = reading;
      const language = textAt(params, 'language');
      const isPython = language === 'python' || language === 'pythonNative';
      const source = textAt(params, isPython ? 'pythonCode' : param);
      const nodes = Object.fromEntries(
        nodesReadBy(source).flatMap((name) => {
          try {
            return [[name, `\${${reading.itemsOf(name)}}`]];
          } catch (error) {
            if (!(error instanceof Untranslatable)) throw error;
            reading.partial(`The script reads "${name}", which cannot be read here: ${error.message}`);
            return [];
          }
        }),
      );
      const input = { items: `\${${reading.list()}}`, nodes, vars: source.includes('$vars') ? '${vars}' : {} };
      if (isPython) {
        reading.partial(
          'The Python script gets its data as input["items"]; change how it reads it and what it returns.',
        );
        return {
          type: 'code.python',
          params: { code: source || 'return input', input },
          gives: { kind: 'list', path: '.result' },
        };
      }
      reading.partial(
        'The script runs in a sandbox, with what n8n gave it made anew in front of it. Check what it gives.',
      );
      const missing = missingInSandbox(source);
      if (missing.length > 0)
        reading.partial(`The sandbox does not have: ${missing.join(', ')}. Do that in steps of their own.`);
      return {
        type: 'code.javascript',
        params: { code: shimmedCode(source, isPerItem(textAt(params, 'mode'))), input, timeoutMs: 10_000 },
        gives: { kind: 'list', path: '.result' },
      };
    },
  };
}

export const CODE: ConverterTable = {
  code: script('jsCode', (mode) => mode === 'runOnceForEachItem'),
  function: script('functionCode', () => false),
  functionItem: script('functionCode', () => true),
};
