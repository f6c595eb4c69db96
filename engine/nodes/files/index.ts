import { append } from './append.ts';
import { copy } from './copy.ts';
import { deleteFile } from './delete.ts';
import { gzip } from './gzip.ts';
import { info } from './info.ts';
import { list } from './list.ts';
import { makeFolder } from './make-folder.ts';
import { move } from './move.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readXml } from './read-xml.ts';
import { readYaml } from './read-yaml.ts';
import { read } from './read.ts';
import { temporary } from './temporary.ts';
import { unzip } from './unzip.ts';
import { waitForFile } from './wait-for.ts';
import { writeCsv } from './write-csv.ts';
import { writeJson } from './write-json.ts';
import { writeXml } from './write-xml.ts';
import { writeYaml } from './write-yaml.ts';
import { write } from './write.ts';
import { zip } from './zip.ts';

export const fileNodes = [
  read,
  write,
  append,
  copy,
  move,
  deleteFile,
  list,
  info,
  makeFolder,
  waitForFile,
  zip,
  unzip,
  gzip,
  temporary,
  readCsv,
  writeCsv,
  readJson,
  writeJson,
  readXml,
  writeXml,
  readYaml,
  writeYaml,
];
