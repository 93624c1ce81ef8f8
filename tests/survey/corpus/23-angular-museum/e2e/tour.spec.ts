import { expect, test } from '@playwright/test';

test('rooms are listed', async ({ page }) => {
  await page.goto('/rooms');
  await expect(page.locator('h2').first()).toBeVisible();
});
