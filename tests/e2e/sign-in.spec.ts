import { inviteReplySchema } from '@casare/shared';
import { expect, test } from './fixtures.ts';
import { connectWith, expectLive, openFleet } from './fleet-pages.ts';

test('somebody is invited, comes in with a role, renews the session, and is signed out from elsewhere', async ({
  page,
  product,
}) => {
  const { client, fleet } = product;
  const invited = await client.call('POST', '/invitations', inviteReplySchema, {
    email: 'grace@example.com',
    role: 'operator',
  });

  await test.step('the token of the invitation makes the account', async () => {
    await page.goto(fleet.orchestratorUrl);
    await page.getByRole('button', { name: 'Invitation or setup' }).click();
    await page.getByLabel('Token').fill(invited.token);
    await page.getByLabel('Your name').fill('Grace');
    await page.getByLabel('Password').fill('a password for the test');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expectLive(page);
    await expect(page.getByText('operator')).toBeVisible();
  });

  await test.step('what the role does not allow is off and says why', async () => {
    await openFleet(page, 'API keys');
    const create = page.getByRole('button', { name: 'Create a key' });
    await expect(create).toBeDisabled();
    await expect(create).toHaveAttribute('title', /keys:write/);
    await expect(page.getByText('This needs the scope "keys:read"')).toBeVisible();
  });

  await test.step('a token that has run out is renewed without a word', async () => {
    const kept = () => page.evaluate(() => sessionStorage.getItem('casare.fleet-key') ?? '');
    const before = await kept();
    await page.evaluate((text) => {
      const old = JSON.parse(text) as Record<string, string>;
      sessionStorage.setItem('casare.fleet-key', JSON.stringify({ ...old, accessExpiresAt: '2000-01-01T00:00:00Z' }));
    }, before);
    await page.reload();
    await expectLive(page);
    const refreshToken = (text: string) => (JSON.parse(text) as Record<string, string>)['refreshToken'];
    expect(refreshToken(await kept())).not.toBe(refreshToken(before));
  });

  await test.step('an admin ends the sessions; the page says so, and the password lets in again', async () => {
    const admin = await page.context().newPage();
    await admin.goto(fleet.orchestratorUrl);
    await connectWith(admin, fleet.adminKey);
    await openFleet(admin, 'People');
    await admin.getByRole('button', { name: 'End the sessions of Grace' }).click();
    await admin.getByRole('alertdialog').getByRole('button', { name: 'End sessions' }).click();
    await expect(page.getByTestId('fleet-live')).toHaveAttribute('data-state', 'refused');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByLabel('E-mail').fill('grace@example.com');
    await page.getByLabel('Password').fill('a password for the test');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expectLive(page);
  });
});
