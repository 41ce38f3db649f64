// How the suites run: in a system browser, on demos that were started elsewhere (`DEMO_JSON`), a worker for each.

import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const known = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
// Without one of these, Playwright's own browser is used.
const executablePath = process.env.CHROMIUM_PATH ?? known.find((path) => existsSync(path));
const quiet = [
  // Pages that a test serves come from no address, and would have to ask before they call one on this machine.
  '--disable-features=LocalNetworkAccessChecks',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'suites',
  outputDir: 'results',
  // The sandbox scripts faults for whoever comes next, so only one test may be at work in a demo.
  workers: process.env.DEMO_JSON?.split(',').length ?? 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Ten times what the slowest take: a busy machine is no failure.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1024, height: 800 },
    launchOptions: { executablePath, args: isRoot ? ['--no-sandbox', ...quiet] : quiet },
  },
});
