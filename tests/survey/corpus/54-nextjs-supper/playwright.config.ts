import { defineConfig } from '@playwright/test';

export default defineConfig({ testDir: 'e2e', webServer: { command: 'yarn build && yarn start', port: 3000 } });
