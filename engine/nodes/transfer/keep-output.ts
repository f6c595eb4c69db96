/** More lines than anybody reads live; the output keeps them. */
const maxLines = 1000;

/** Collects what a program writes, up to a number of bytes, and tells each line as it comes. */
export function keepOutput(maxBytes: number, tell: (line: string) => void) {
  const chunks: Buffer[] = [];
  const decoder = new TextDecoder();
  let [kept, lines, rest] = [0, 0, ''];
  let isCut = false;

  function tellLines(text: string): void {
    const parts = (rest + text).split('\n');
    rest = (parts.pop() ?? '').slice(0, 16_384);
    for (const line of parts) if (lines++ < maxLines) tell(line.replace(/\r$/, ''));
  }

  return {
    add(chunk: Buffer): void {
      const room = chunk.subarray(0, maxBytes - kept);
      kept += room.byteLength;
      isCut ||= room.byteLength < chunk.byteLength;
      if (room.byteLength > 0) chunks.push(room);
      if (lines < maxLines) tellLines(decoder.decode(chunk, { stream: true }));
    },
    get isCut(): boolean {
      return isCut;
    },
    end(): string {
      if (rest !== '') tellLines('\n');
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
