import { expect, test } from '@playwright/test';

test('the next supper is shown', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('li')).not.toHaveCount(0);
});
