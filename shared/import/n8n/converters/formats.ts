import { listAt, recordAt, textAt } from '../../json.ts';
import type { Converter, ConverterTable, Gives, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';

function field(reading: NodeReading, name: string): string {
  const value = textAt(reading.params, name) || 'data';
  return value.startsWith('=')
    ? String(reading.translate(value))
    : `\${${reading.item()}.${/^[\w.]+$/.test(value) ? value : 'data'}}`;
}

function into(name: string, path: string): Gives {
  return objectFlow({ [name]: `steps.$self.output${path}` });
}

const html: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const operation = textAt(params, 'operation') || 'extractHtmlContent';
    if (operation === 'generateHtmlTemplate')
      return { type: 'text.template', params: { template: reading.read('html', '') }, gives: into('html', '.text') };
    if (operation === 'convertToHtmlTable')
      return {
        type: 'data.tableText',
        params: { rows: `\${${reading.list()}}`, format: 'html' },
        gives: into('table', '.text'),
      };
    if (textAt(params, 'sourceData') === 'binary')
      reading.partial('It read a file of an item; read the file with "Read file" first.');
    const values = listAt(params, 'extractionValues', 'values').map((value) => recordAt(value));
    const source = field(reading, 'dataPropertyName');
    const [only] = values;
    if (values.length === 1 && only && only.returnArray === true) {
      const isAttribute = textAt(only, 'returnValue') === 'attribute';
      return {
        type: 'data.htmlExtract',
        params: {
          html: source,
          selector: textAt(only, 'cssSelector') || 'body',
          what: isAttribute ? 'attribute' : textAt(only, 'returnValue') === 'html' ? 'html' : 'text',
          ...(isAttribute && { attribute: textAt(only, 'attribute') || 'href' }),
        },
        gives: into(textAt(only, 'key') || 'data', '.items'),
      };
    }
    if (values.some((value) => value.returnArray === true))
      reading.partial(
        'Fields with several values give the first one here; take a step "Extract from HTML" for each of them.',
      );
    const fields = Object.fromEntries(
      values.map((value) => [
        textAt(value, 'key') || 'data',
        textAt(value, 'returnValue') === 'attribute'
          ? `${textAt(value, 'cssSelector')}@${textAt(value, 'attribute') || 'href'}`
          : textAt(value, 'cssSelector') || 'body',
      ]),
    );
    return {
      type: 'data.htmlExtract',
      params: { html: source, selector: ':root', what: 'fields', fields },
      gives: { kind: 'one', path: '.first' },
    };
  },
};

export const FORMATS: ConverterTable = {
  html,
  htmlExtract: html,
  xml: {
    reads: 'item',
    convert(reading) {
      const isParsing = (textAt(reading.params, 'mode') || 'xmlToJson') === 'xmlToJson';
      if (!isParsing)
        return {
          type: 'data.xmlBuild',
          params: { value: `\${${reading.item()}}` },
          gives: into(textAt(reading.params, 'dataPropertyName') || 'data', '.text'),
        };
      reading.tell('Attributes and repeated elements of XML are named as in "Parse XML"; look at what it gives once.');
      return {
        type: 'data.xmlParse',
        params: { text: field(reading, 'dataPropertyName') },
        gives: { kind: 'one', path: '.value' },
      };
    },
  },
  markdown: {
    reads: 'item',
    convert(reading) {
      const toMarkdown = (textAt(reading.params, 'mode') || 'htmlToMarkdown') === 'htmlToMarkdown';
      reading.partial(
        toMarkdown ? 'Markdown becomes plain text.' : 'Markdown is not made into HTML; the text goes on as it is.',
      );
      if (!toMarkdown)
        return {
          type: 'text.template',
          params: { template: reading.read('markdown', '') },
          gives: into('data', '.text'),
        };
      return {
        type: 'data.htmlToText',
        params: { html: reading.read('html', ''), links: true },
        gives: into(textAt(reading.params, 'destinationKey') || 'data', '.text'),
      };
    },
  },
};
