import { createServer, type Server } from 'node:http';
import { afterAll } from 'vitest';

const PAGES: Record<string, string> = {
  '/': '<title>Home</title><p id="here">here</p>',
  '/hang': '<title>Hang</title><button onclick="for(;;);">work</button>',
  '/dialogs': '<title>Dialogs</title><script>setTimeout(() => { for (;;) alert(1); }, 50)</script>',
  '/away': '<title>Away</title><script>setInterval(() => { location = "/away?" + Math.random() }, 5)</script>',
  '/download': '<title>Download</title><a id="get" href="/endless" download>get</a>',
  '/store': '<title>Store</title><script>localStorage.setItem("seen", "1"); document.cookie = "seen=1"</script>',
};

/** Called at the top of a test file: a site that does what sites should not. */
export async function startEvilSite(): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    if (path === '/never') return;
    if (path === '/endless') {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(256 * 1024, 7);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
      return;
    }
    const page = PAGES[new URL(path, 'http://site').pathname];
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, requests };
}
