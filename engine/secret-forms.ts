/** Shorter values would blank out ordinary words. */
export const shortestSecret = 6;
/** A line of a secret of several lines counts on its own: output is cut into lines. Short ones are braces and names of fields. */
const shortestLine = 12;

/** A text and every form in which it commonly appears in what programs write. */
export function formsOf(secret: string): string[] {
  const forms = new Set<string>();
  for (const text of [secret, ...longLines(secret)]) {
    for (const form of [text, ...escaped(text), ...encoded(Buffer.from(text))])
      if (form.length >= shortestSecret) forms.add(form);
  }
  return [...forms];
}

function longLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= shortestLine);
}

function escaped(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const uri = percent(text, /[^A-Za-z0-9\-_.!~*'()]/gu);
  const strict = percent(text, /[^A-Za-z0-9\-_.~]/gu);
  const wide = percent(text, /[^A-Za-z0-9\-_.!~*'();,/?:@&=+$#]/gu);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = html.replaceAll('"', '&quot;');
  return [
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
    // JSON in JSON, as in a log line that holds a request.
    JSON.stringify(json).slice(1, -1),
    ...[uri, strict, wide].flatMap((form) => [form, form.replace(/%../g, (part) => part.toLowerCase())]),
    uri.replaceAll('%20', '+'),
    strict.replaceAll('%20', '+'),
    html,
    quoted,
    ...['&#39;', '&#x27;', '&apos;', '&#039;'].map((quote) => quoted.replaceAll("'", quote)),
  ];
}

function percent(text: string, other: RegExp): string {
  return text.replace(other, (one) =>
    Array.from(Buffer.from(one), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function encoded(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  const base64 = [bytes.toString('base64'), ...[0, 1, 2].map((offset) => within(bytes, offset))];
  return [
    hex,
    hex.toUpperCase(),
    ...base64.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(form)]),
  ];
}

/** The characters of base64 that do not depend on what stands around the bytes, when `offset` bytes stand before them. */
function within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
