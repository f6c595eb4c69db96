/**
 * The system clipboard as text. A page that is not served securely, or whose clipboard the person refused, has none; then the
 * text is kept for this window, which still serves copying between documents here.
 */
export interface TextClipboard {
  write(text: string): Promise<{ system: boolean }>;
  read(): Promise<string>;
}

export function createTextClipboard(clipboard: Clipboard | undefined = globalThis.navigator?.clipboard): TextClipboard {
  let kept = '';
  return {
    write: async (text) => {
      kept = text;
      try {
        if (!clipboard) return { system: false };
        await clipboard.writeText(text);
        return { system: true };
      } catch {
        return { system: false };
      }
    },
    read: async () => {
      try {
        return (await clipboard?.readText()) || kept;
      } catch {
        return kept;
      }
    },
  };
}
