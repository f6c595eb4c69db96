/**
 * Whether an address fits what a person wrote. Without a star it is a part of the address (`/api/orders`); with one it is the whole address,
 * where `*` stands for anything but `/` and `**` for anything. Takes time in proportion to both lengths, whatever is written.
 */
export function fitsAddress(pattern: string, url: string): boolean {
  if (!pattern.includes('*')) return url.includes(pattern);
  /** Places in the address that the parts of the pattern so far have led to. */
  let reached = new Uint8Array(url.length + 1);
  reached[0] = 1;
  for (let at = 0; at < pattern.length; ) {
    const next = new Uint8Array(url.length + 1);
    const isStar = pattern[at] === '*';
    const crossesSlash = pattern.startsWith('**', at);
    let isOpen = false;
    for (let place = 0; place <= url.length; place++) {
      if (isStar) {
        isOpen ||= reached[place] === 1;
        if (isOpen) next[place] = 1;
        // The place before a slash is still reached, the one behind it is not.
        if (!crossesSlash && url[place] === '/') isOpen = false;
      } else if (reached[place] === 1 && url[place] === pattern[at]) next[place + 1] = 1;
    }
    reached = next;
    at += crossesSlash ? 2 : 1;
  }
  return reached[url.length] === 1;
}
