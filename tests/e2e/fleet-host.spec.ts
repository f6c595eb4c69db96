import { HOST_EVENT_CHANNEL } from '@casare/shared';
import { expect, test } from './fixtures.ts';

test('the menu of the desktop program runs actions, and a host that fell is told of in the status bar', async ({
  page,
  product,
}) => {
  // The real host answers; only what the desktop program would say comes from here, over the same socket.
  let say: (event: string, payload: object) => void = () => undefined;
  await page.routeWebSocket(/\/host\/socket\.io/, (socket) => {
    socket.connectToServer();
    // `42`: a message that carries an event, in the framing of Socket.IO.
    say = (event, payload) => socket.send(`42${JSON.stringify([HOST_EVENT_CHANNEL, event, payload])}`);
  });
  await page.goto(product.url);
  await expect(page.getByTestId('host-connection')).toContainText('connected');

  say('app.action', { id: 'go.fleet' });
  await expect(page.getByRole('navigation', { name: 'Fleet pages' })).toBeVisible();
  say('app.action', { id: 'editor.new' });
  await expect(page.getByTestId('canvas')).toBeVisible();
  await expect(page.getByTestId('node-start')).toBeVisible();

  say('host.status', { state: 'restarted', message: 'Runs that were under way have stopped.' });
  const status = page.getByTestId('host-status');
  await expect(status).toContainText('Engine restarted');
  await expect(status).toContainText('Runs that were under way have stopped.');
  await status.getByRole('button', { name: 'Dismiss this message' }).click();
  await expect(status).toHaveCount(0);
  say('host.status', { state: 'failed', message: 'Start the program again.' });
  await expect(status).toContainText('Start the program again.');
});
