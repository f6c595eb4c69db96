import { recordAt, textAt } from '../../json.ts';
import type { Conversion, Converter, ConverterTable, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';

const BINARY = 'n8n handed the content on as binary data; here steps hand on content or the path of the file.';

function readFile(reading: NodeReading, param: string): Conversion {
  reading.partial(BINARY);
  return {
    type: 'files.read',
    params: { path: reading.read(param, '') },
    gives: objectFlow({ data: 'steps.$self.output.content', fileName: 'steps.$self.output.path' }),
  };
}

function writeFile(reading: NodeReading): Conversion {
  reading.partial(BINARY);
  const append = recordAt(reading.params, 'options').append === true;
  return {
    type: append ? 'files.append' : 'files.write',
    params: { path: reading.read('fileName', ''), content: `\${${reading.item()}.data}` },
    gives: 'input',
  };
}

/** Files that a node before it left as text are read from there; others from the path that a person names. */
function source(reading: NodeReading): string {
  return reading.item() === '({})' ? reading.setting('file') : `\${${reading.item()}.fileName}`;
}

function readTable(reading: NodeReading, format: string): Conversion {
  reading.partial('n8n read a file from the binary data of an item; here the step reads a path. Check it.');
  const path = source(reading);
  const header = recordAt(reading.params, 'options').headerRow !== false;
  switch (format) {
    case 'json':
    case 'fromJson':
      return { type: 'files.readJson', params: { path }, gives: { kind: 'maybe', path: '.data' } };
    case 'xml':
      return { type: 'files.readXml', params: { path }, gives: { kind: 'one', path: '.data' } };
    case 'text':
    case 'html':
      return {
        type: 'files.read',
        params: { path },
        gives: objectFlow({ data: 'steps.$self.output.content' }),
      };
    case 'pdf':
      return { type: 'pdf.text', params: { path }, gives: { kind: 'one', path: '' } };
    case 'xls':
    case 'xlsx':
    case 'ods':
      return {
        type: 'excel.read',
        params: { path, header, ...sheet(reading) },
        gives: { kind: 'list', path: '.rows' },
      };
    default:
      if (format !== 'csv' && format !== '') reading.partial(`The format "${format}" is read as CSV.`);
      return {
        type: 'files.readCsv',
        params: { path, hasHeader: header, ...delimiter(reading) },
        gives: { kind: 'list', path: '.rows' },
      };
  }
}

function sheet(reading: NodeReading): Record<string, unknown> {
  const name = textAt(recordAt(reading.params, 'options'), 'sheetName');
  return name === '' ? {} : { sheet: reading.translate(name) };
}

function delimiter(reading: NodeReading): Record<string, unknown> {
  const wanted = textAt(recordAt(reading.params, 'options'), 'delimiter');
  return [',', ';', '|'].includes(wanted) ? { delimiter: wanted } : {};
}

function writeTable(reading: NodeReading, format: string): Conversion {
  reading.tell('n8n kept the file as binary data; here it is written to a path in the folder of the run.');
  const wanted = textAt(recordAt(reading.params, 'options'), 'fileName');
  const rows = `\${${reading.list()}}`;
  const name = (ending: string) => (wanted === '' ? `output.${ending}` : String(reading.translate(wanted)));
  const gives = objectFlow({ fileName: 'steps.$self.output.path' });
  switch (format) {
    case 'xls':
    case 'xlsx':
    case 'ods':
      if (format !== 'xlsx') reading.partial(`The format "${format}" is written as xlsx.`);
      return { type: 'excel.write', params: { path: name('xlsx'), rows, ...sheet(reading) }, gives };
    case 'toJson':
    case 'json':
      return { type: 'files.writeJson', params: { path: name('json'), data: rows }, gives };
    case 'toText':
      return {
        type: 'files.write',
        params: {
          path: name('txt'),
          content: `\${${reading.item()}.${/^\w+$/.test(textAt(reading.params, 'sourceProperty')) ? textAt(reading.params, 'sourceProperty') : 'data'}}`,
        },
        gives,
      };
    default:
      if (!['csv', ''].includes(format)) reading.partial(`The format "${format}" is written as CSV.`);
      return { type: 'files.writeCsv', params: { path: name('csv'), rows, ...delimiter(reading) }, gives };
  }
}

const spreadsheet: Converter = {
  reads: 'list',
  convert(reading) {
    const operation = textAt(reading.params, 'operation') || 'fromFile';
    if (operation === 'toFile') return writeTable(reading, textAt(reading.params, 'fileFormat') || 'csv');
    return readTable(reading, textAt(reading.params, 'fileFormat') || 'xlsx');
  },
};

export const FILES: ConverterTable = {
  readBinaryFile: { reads: 'item', convert: (reading) => readFile(reading, 'filePath') },
  readBinaryFiles: { reads: 'item', convert: (reading) => readFile(reading, 'fileSelector') },
  writeBinaryFile: { reads: 'item', convert: writeFile },
  readWriteFile: {
    reads: 'item',
    convert: (reading) =>
      textAt(reading.params, 'operation') === 'write' ? writeFile(reading) : readFile(reading, 'fileSelector'),
  },
  spreadsheetFile: spreadsheet,
  extractFromFile: {
    reads: 'item',
    convert: (reading) => readTable(reading, textAt(reading.params, 'operation') || 'csv'),
  },
  convertToFile: {
    reads: 'list',
    convert: (reading) => writeTable(reading, textAt(reading.params, 'operation') || 'csv'),
  },
  moveBinaryData: {
    reads: 'any',
    convert(reading) {
      reading.partial('There is no binary data here: content is text, files are paths. What arrives goes on.');
      return { type: 'data.log', params: { message: reading.node.name.slice(0, 200), level: 'debug' } };
    },
  },
};
