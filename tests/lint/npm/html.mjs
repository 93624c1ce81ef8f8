// Validates every page of the folder that is named: the standard and accessibility.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileSystemConfigLoader, HtmlValidate, formatterFactory } from 'html-validate';

const rules = {
  'long-title': 'off', // titles are the ticket's
  'no-inline-style': 'error',
  'no-unknown-elements': 'error',
  'no-dup-id': 'error',
  'heading-level': 'error',
  'input-missing-label': 'error',
  'no-implicit-close': 'error',
  'valid-id': ['error', { relaxed: true }],
};
const validate = new HtmlValidate(new FileSystemConfigLoader({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
  rules,
}));
const folder = process.argv[2];
const pages = readdirSync(folder).filter((name) => name.endsWith('.html')).map((name) => join(folder, name));
const report = await validate.validateMultipleFiles(pages);
process.stdout.write(formatterFactory('stylish')(report.results));
console.log(`${pages.length} pages, ${report.errorCount} errors, ${report.warningCount} warnings`);
process.exitCode = pages.length > 0 && report.errorCount + report.warningCount === 0 ? 0 : 1;
