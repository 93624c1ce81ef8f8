import { expect, test } from 'vitest';
import { format } from './format';

test('kilowatt hours', () => {
  expect(format(1500)).toBe('1.5 kWh');
});
