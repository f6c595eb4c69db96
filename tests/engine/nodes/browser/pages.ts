import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pages for the tests of the browser nodes; `/hang` never answers. */
const pages: Record<string, string> = {
  '/': `<title>Start</title><h1> Welcome </h1><p class="note">one</p><p class="note">two</p>
    <a id="next" href="next?page=2">Next</a> <a id="blank" href="/next" target="_blank">New tab</a>
    <button id="dead" disabled>Dead</button>
    <button id="late-maker" onclick="setTimeout(() => document.body.insertAdjacentHTML('beforeend','<b id=late>late</b>'), 200)">Later</button>
    <button id="vanish" onclick="setTimeout(() => this.remove(), 200)">Vanish</button>
    <button id="ask" onclick="document.title = confirm('Sure?') ? 'yes' : 'no'">Ask</button>
    <div id="hover" onmouseover="this.textContent='over'">out</div><p id="hidden" style="display:none">secret</p>`,
  '/next': '<title>Next</title><h1>Second page</h1>',
  '/form': `<title>Form</title><input id="name" value="old"><textarea id="text"></textarea>
    <select id="country"><option value="de">Germany</option><option value="fr">France</option></select>
    <select id="many" multiple><option>a</option><option>b</option><option>c</option></select>
    <input id="terms" type="checkbox"><input type="radio" name="r" id="r1"><input type="radio" name="r" id="r2">
    <input id="file" type="file" multiple onchange="document.title=[...this.files].map(f=>f.name+':'+f.size).join()">
    <button id="pick" onclick="document.getElementById('file').click()">Pick</button>
    <input id="keys" onkeydown="document.title += event.key">
    <input id="echo" readonly><input id="password" type="password">
    <script>document.querySelector('#name').addEventListener('input', (event) => { echo.value = event.target.value })</script>`,
  '/table': `<title>Table</title><table id="t"><thead><tr><th>City</th><th>People</th><th>City</th></tr></thead>
    <tbody><tr><td>Ulm</td><td>126 000</td><td>x</td></tr><tr><td colspan=2>Bonn</td><td>y</td></tr></tbody></table>
    <table id="plain"><tr><td>1</td><td>2</td></tr></table>
    <ul><li data-id="7"><a href="/a">A</a><i>1</i></li><li data-id="8"><a href="/b">B</a></li></ul>`,
  '/frame': '<title>Frame</title><iframe id="inner" src="/form"></iframe>',
  '/download': '<title>Download</title><a id="get" href="/file">Get</a><a id="slow" href="/slow-file">Slow</a>',
  '/busy': '<title>Busy</title><button id="loop" onclick="for(;;);">Loop</button>',
  '/boxes': `<title>Boxes</title><button id="storm" onclick="for (let i = 0; i < 20; i++) alert(i)">Storm</button>
    <input id="draft"><script>addEventListener('beforeunload', (event) => event.preventDefault())</script>`,
  '/tall': '<title>Tall</title><body style="margin:0"><div style="height:3000px;background:teal"></div>',
};

export interface TestPages {
  url: string;
  stop(): Promise<void>;
}

export async function startPages(): Promise<TestPages> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/hang') return;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (path === '/login') {
    response.setHeader('set-cookie', 'session=ada; Path=/; HttpOnly');
    response.end('<title>In</title><script>localStorage.setItem("theme", "dark")</script>');
  } else if (path === '/account') {
    const known = request.headers.cookie?.includes('session=ada') === true;
    response.end(`<title>${known ? 'Account of Ada' : 'Stranger'}</title>`);
  } else if (path === '/file' || path === '/slow-file') {
    response.setHeader('content-type', 'text/csv');
    response.setHeader('content-disposition', 'attachment; filename="../re:port.csv"');
    if (path === '/file') response.end('a,b\n1,2\n');
    else response.write('a,b\n');
  } else {
    const page = pages[path];
    response.statusCode = page === undefined ? 404 : 200;
    response.end(page ?? '<title>Missing</title>');
  }
}
