#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { program } from 'commander';
import { parse } from '@hops/parser';

program.argument('<file>').action((file) => {
  const result = parse(readFileSync(file, 'utf8'));
  if (!result.ok) {
    console.error(`${file}:${result.error.line}: ${result.error.message}`);
    process.exitCode = 1;
  }
});
program.parse();
