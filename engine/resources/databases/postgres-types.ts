import { base64, exactInteger, exactNumber, finiteNumber, isoTime } from './json-values.ts';

type Parser = (text: string) => unknown;

const integer: Parser = (text) => exactInteger(BigInt(text));
const float: Parser = (text) => finiteNumber(Number(text));
const json: Parser = (text) => JSON.parse(text) as unknown;
const time: Parser = (text) => isoTime(text);
const bytes: Parser = (text) => base64(Buffer.from(text.replace(/^\\x/, ''), 'hex'));

/** By the number PostgreSQL gives the type. Everything else is text. */
const scalars: Readonly<Record<number, Parser>> = {
  16: (text) => text === 't',
  17: bytes,
  20: integer,
  21: integer,
  23: integer,
  26: integer,
  700: float,
  701: float,
  1700: exactNumber,
  114: json,
  3802: json,
  1114: time,
  1184: time,
};

/** Array types and the type of what they hold. */
const arrays: Readonly<Record<number, number>> = {
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1016: 20,
  1021: 700,
  1022: 701,
  1231: 1700,
  199: 114,
  3807: 3802,
  1115: 1114,
  1185: 1184,
  1182: 1082,
  1009: 25,
  1014: 1042,
  1015: 1043,
  2951: 2950,
};

export function postgresParser(oid: number): Parser {
  const element = arrays[oid];
  if (element === undefined) return scalars[oid] ?? ((text) => text);
  const parse = scalars[element] ?? ((text: string) => text);
  return (text) => parseArray(text, parse);
}

/** `{1,NULL,"a \"b\"",{2}}` as PostgreSQL writes arrays; bounds such as `[0:2]=` are left out. */
function parseArray(text: string, parse: Parser): unknown[] {
  let at = text.indexOf('{') + 1;
  const list = (): unknown[] => {
    const items: unknown[] = [];
    while (at < text.length) {
      const sign = text[at];
      if (sign === '}') {
        at++;
        return items;
      }
      if (sign === ',') at++;
      else if (sign === '{') {
        at++;
        items.push(list());
      } else items.push(sign === '"' ? parse(quoted()) : plain());
    }
    return items;
  };
  const quoted = (): string => {
    let value = '';
    for (at++; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\') at++;
      value += text[at];
    }
    at++;
    return value;
  };
  const plain = (): unknown => {
    const end = /[,}]/.exec(text.slice(at))?.index ?? text.length - at;
    const value = text.slice(at, at + end);
    at += end;
    return value === 'NULL' ? null : parse(value);
  };
  return list();
}
