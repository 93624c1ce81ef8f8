// Lints the OpenAPI document that is named: every rule of Redocly's recommended set as an error. Nothing is sent anywhere.
import { createConfig, formatProblems, getTotals, lint } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    'info-license': 'off', // the distribution says it
    'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: false },
    'no-invalid-schema-examples': 'error',
    'operation-operationId': 'error',
    'operation-description': 'off', // where the summary says all
    'operation-parameters-unique': 'error',
    'operation-tag-defined': 'error',
    'parameter-description': 'error',
    'path-segment-plural': 'off',
    'tags-alphabetical': 'off',
    'no-unused-components': 'error',
    'no-http-verbs-in-paths': 'error',
  },
});
const ref = process.argv[2];
const problems = await lint({ ref, config });
formatProblems(problems, { format: 'codeframe', totals: getTotals(problems), version: '1.34.5', maxProblems: 50 });
process.exitCode = problems.some((p) => !p.ignored) ? 1 : 0;
