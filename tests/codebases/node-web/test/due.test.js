import { expect, test } from 'vitest';
import { dueDate } from '../src/services/due.js';

test('a loan lasts four weeks', () => {
  expect(dueDate(new Date('2024-03-04T00:00:00Z')).toISOString()).toBe('2024-04-01T00:00:00.000Z');
});

test('a Sunday moves to Monday', () => {
  expect(dueDate(new Date('2024-03-03T00:00:00Z')).getUTCDay()).toBe(1);
});
